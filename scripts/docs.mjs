// Writes the tables of inputs and outputs into README.md; action.yml is their only source.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '..')
const readme = join(root, 'README.md')

if (process.argv[1] === import.meta.filename)
  writeFileSync(
    readme,
    withTables(readFileSync(readme, 'utf8'), readFileSync(join(root, 'action.yml'), 'utf8'))
  )

/**
 * The README with its tables as action.yml has them now.
 * @param {string} text
 * @param {string} actionYml
 */
export function withTables(text, actionYml) {
  const { inputs, outputs } = parse(actionYml)
  return replaceSection(
    replaceSection(text, 'inputs', inputTable(inputs)),
    'outputs',
    outputTable(outputs)
  )
}

/** @typedef {Readonly<Record<string, { readonly description: string, readonly default?: string }>>} Entries */

/** @param {Entries} inputs */
function inputTable(inputs) {
  const rows = Object.entries(inputs).map(([name, { description, default: value }]) => {
    return [`\`${name}\``, value ? `\`${value}\`` : '', oneLine(description)]
  })
  return table(['Input', 'Default', 'Meaning'], rows)
}

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
