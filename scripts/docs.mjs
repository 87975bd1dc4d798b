// Writes what is generated of the documents: the inputs of action.yml from the table of inputs in src/inputs/table/, and the
// tables of inputs and outputs in README.md (the commonest) and docs/inputs.md (all).
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { GROUPS } from '../src/inputs/table/spec.ts'
import { ACTION_NAMES, specOf } from '../src/inputs/table/table.ts'

/** @typedef {(typeof ACTION_NAMES)[number]} InputName */

/** What most workflows set. */
const COMMON_INPUTS = /** @type {const} */ ([
  'chart',
  'registry',
  'username',
  'password',
  'registry-auth',
  'version',
  'dependencies',
  'lint',
  'if-exists',
  'tags',
  'dry-run',
  'destination',
  'sign',
  'attest',
  'gpg-private-key'
])
const COMMON_OUTPUTS = [
  'digest',
  'ref',
  'ref-digest',
  'subject-name',
  'version',
  'status',
  'published',
  'results'
]

/** What each kind of value looks like in a workflow. */
const TYPES = {
  text: 'text',
  lines: 'lines',
  list: 'lines',
  'comma-list': 'lines',
  switch: 'true, false',
  'host-switch': 'true, false, hosts',
  choice: 'one of',
  number: 'number',
  duration: 'duration',
  pem: 'PEM or path',
  secret: 'secret',
  'secret-pem': 'secret',
  'secret-yaml': 'secret, YAML'
}

const root = join(import.meta.dirname, '..')

if (process.argv[1] === import.meta.filename) {
  rewrite('action.yml', withInputs)
  const actionYml = readFileSync(join(root, 'action.yml'), 'utf8')
  rewrite('README.md', (text) => withCommonTables(text, actionYml))
  rewrite('docs/inputs.md', (text) => withTables(text, actionYml))
}

/**
 * @param {string} name
 * @param {(text: string) => string} change
 */
function rewrite(name, change) {
  const path = join(root, name)
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

/**
 * action.yml with the inputs of the table, between `inputs:` and `outputs:`.
 * @param {string} actionYml
 */
export function withInputs(actionYml) {
  const section = /^inputs:\n.*?(?=^outputs:\n)/ms
  if (!section.test(actionYml)) throw new Error('action.yml has no place for inputs')
  const inputs = ACTION_NAMES.map(inputYaml).join('\n')
  return actionYml.replace(section, () => `inputs:\n${inputs}\n\n`)
}

/** @param {(typeof ACTION_NAMES)[number]} name */
function inputYaml(name) {
  const { description, default: plain = '', actionDefault: value = plain } = specOf(name)
  const lines = description.map((line) => `      ${line}`)
  return [
    `  ${name}:`,
    '    description: |',
    ...lines,
    `    default: ${JSON.stringify(value)}`
  ].join('\n')
}

/**
 * The README with the inputs and outputs that most workflows use, a sentence for each.
 * @param {string} text
 * @param {string} actionYml
 */
export function withCommonTables(text, actionYml) {
  const inputs = COMMON_INPUTS.map((name) => {
    return [`\`${name}\``, defaultOf(name), firstSentence(meaningOf(name))]
  })
  const outputs = outputRows(actionYml, firstSentence).filter(([cell]) =>
    COMMON_OUTPUTS.some((name) => cell === `\`${name}\``)
  )
  const withIn = replaceSection(text, 'inputs', table(['Input', 'Default', 'Meaning'], inputs))
  return replaceSection(withIn, 'outputs', table(['Output', 'Meaning'], outputs))
}

/**
 * docs/inputs.md with all inputs and outputs.
 * @param {string} text
 * @param {string} actionYml
 */
export function withTables(text, actionYml) {
  const outputs = table(['Output', 'Meaning'], outputRows(actionYml, oneLine))
  return replaceSection(replaceSection(text, 'inputs', inputTables()), 'outputs', outputs)
}

/** A table for each group that has inputs. */
function inputTables() {
  return GROUPS.map((group) => {
    const names = ACTION_NAMES.filter((name) => specOf(name).group === group)
    const rows = names.map((name) => {
      return [`\`${name}\``, typeOf(name), defaultOf(name), meaningOf(name)]
    })
    return rows.length === 0
      ? ''
      : `### ${group}\n\n${table(['Input', 'Type', 'Default', 'Meaning'], rows)}`
  })
    .filter((text) => text !== '')
    .join('\n\n')
}

/** @param {InputName} name */
function typeOf(name) {
  const spec = specOf(name)
  if (spec.kind === 'choice') return spec.choices.map((choice) => `\`${choice}\``).join(', ')
  return TYPES[spec.kind]
}

/** @param {InputName} name */
function defaultOf(name) {
  const { default: plain, actionDefault: value = plain } = specOf(name)
  return value ? `\`${value}\`` : ''
}

/** @param {InputName} name */
function meaningOf(name) {
  return oneLine(specOf(name).description.join(' '))
}

/**
 * @param {string} actionYml
 * @param {(text: string) => string} shorten
 * @returns {readonly (readonly [string, string])[]}
 */
function outputRows(actionYml, shorten) {
  /** @type {{ readonly outputs: Readonly<Record<string, { readonly description: string }>> }} */
  const { outputs } = parse(actionYml)
  return Object.entries(outputs).map(([name, { description }]) => [
    `\`${name}\``,
    shorten(oneLine(description))
  ])
}

/** @param {string} text on one line */
export function firstSentence(text) {
  return /^.*?[.](?= [A-Z`]|$)/.exec(text)?.[0] ?? text
}

/** @param {string} text */
function oneLine(text) {
  return text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|')
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/**
 * The text with `content` between its markers `<!-- name -->` and `<!-- /name -->`, which have to be there.
 * @param {string} text
 * @param {string} name
 * @param {string} content
 */
export function replaceSection(text, name, content) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from === -1 || to < from) throw new Error(`the text has no place "${begin} … ${end}"`)
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`
}
