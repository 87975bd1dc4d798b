import { YamlError } from './error.ts'
import { readNodes } from './read-yaml.ts'

/** The lines, counted from 1, of the top-level keys of the first document; none when it cannot be read. */
export function keyLines(bytes: Buffer): ReadonlyMap<string, number> {
  try {
    const root = readNodes(bytes)
    if (root?.kind !== 'mapping') return new Map()
    const keys = root.children.filter((_, index) => index % 2 === 0)
    return new Map(keys.flatMap((key) => (key.kind === 'scalar' ? [[key.text, key.line + 1]] : [])))
  } catch (error) {
    if (error instanceof YamlError) return new Map()
    throw error
  }
}
