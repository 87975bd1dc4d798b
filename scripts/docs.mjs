// Writes what is generated of the documents: the inputs in action.yml and README.md from the table of inputs in
// src/inputs/table/, the outputs in README.md from action.yml.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { GROUPS } from '../src/inputs/table/spec.ts'
import { ACTION_NAMES, specOf } from '../src/inputs/table/table.ts'

const root = join(import.meta.dirname, '..')
const [actionPath, readmePath] = [join(root, 'action.yml'), join(root, 'README.md')]

if (process.argv[1] === import.meta.filename) {
  const actionYml = withInputs(readFileSync(actionPath, 'utf8'))
  writeFileSync(actionPath, actionYml)
  writeFileSync(readmePath, withTables(readFileSync(readmePath, 'utf8'), actionYml))
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
 * The README with its tables as the table of inputs and action.yml have them now.
 * @param {string} text
 * @param {string} actionYml
 */
export function withTables(text, actionYml) {
  const { outputs } = parse(actionYml)
  return replaceSection(
    replaceSection(text, 'inputs', inputTables()),
    'outputs',
    outputTable(outputs)
  )
}

/** A table for each group that has inputs. */
function inputTables() {
  return GROUPS.map((group) => {
    const rows = ACTION_NAMES.filter((name) => specOf(name).group === group).map((name) => {
      const { description, default: plain, actionDefault: value = plain } = specOf(name)
      return [`\`${name}\``, value ? `\`${value}\`` : '', oneLine(description.join(' '))]
    })
    return rows.length === 0
      ? ''
      : `### ${group}\n\n${table(['Input', 'Default', 'Meaning'], rows)}`
  })
    .filter((text) => text !== '')
    .join('\n\n')
}

/** @typedef {Readonly<Record<string, { readonly description: string }>>} Entries */

/** @param {Entries} outputs */
function outputTable(outputs) {
  const rows = Object.entries(outputs).map(([name, { description }]) => [
    `\`${name}\``,
    oneLine(description)
  ])
  return table(['Output', 'Meaning'], rows)
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
