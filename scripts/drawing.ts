// Draws the folders of src/ by what the table of ARCHITECTURE.md lets them import, and writes the drawing into it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceSection } from './docs.mjs'
import { type Table, tableIn } from './walls-table.ts'

const path = join(import.meta.dirname, '../ARCHITECTURE.md')

if (process.argv[1] === import.meta.filename) {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, withDrawing(text))
}

/** ARCHITECTURE.md with the drawing of its table. */
export function withDrawing(architecture: string): string {
  return replaceSection(architecture, 'drawing', drawing(tableIn(architecture)))
}

/** One arrow for each two folders at the top; `shared`, which nearly all of them import, would hide the others. */
function drawing(table: Table): string {
  const topOf = (folder: string) => folder.split('/')[0] ?? ''
  const arrows = [...table].flatMap(([folder, allowed]) => {
    const others = allowed.filter((name) => table.has(name)).map(topOf)
    const drawn = others.filter((other) => other !== topOf(folder) && other !== 'shared')
    return drawn.map((other) => `  ${topOf(folder)} --> ${other}`)
  })
  return ['```mermaid', 'flowchart TD', ...new Set(arrows), '```'].join('\n')
}
