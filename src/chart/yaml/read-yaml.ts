import { isUtf8 } from 'node:buffer'
import { utf16FileText } from '../../shared/utf16.ts'
import { type Construction, construct } from './constructor.ts'
import { childrenOf, type Node, NULL, YamlError, type YamlValue, yamlError } from './node.ts'
import { parseText } from './parse-text.ts'
import { toNodes } from './to-nodes.ts'

/** encoding/json refuses what is nested more deeply (scanner.go, maxNestingDepth). */
const DEEPEST = 10_000

/**
 * Reads the first document of `bytes` as Helm does: sigs.k8s.io/yaml over go-yaml v2, which reads
 * YAML 1.1. The library `yaml` finds the nodes, go-yaml's rules say what they mean. docs/problems.md
 * has the odd documents in which the two differ. Without a document the value is null.
 * @throws YamlError
 */
export function readYaml(bytes: Buffer): YamlValue {
  const root = readNodes(bytes)
  if (!root) return NULL
  const construction = construct(root)
  if (construction.problems.size > 0 || construction.depth >= DEEPEST) requireSound(construction)
  return construction.value
}

/** The nodes of the first document, before anything is resolved; undefined without one. @throws YamlError */
function readNodes(bytes: Buffer): Node | undefined {
  const parsed = parseText(decodeText(bytes))
  return parsed && toNodes(parsed)
}

/** Only what is still part of the document counts: of equal keys the last has won. */
function requireSound({ value, problems, hidden }: Construction): void {
  const waiting: (readonly [YamlValue, depth: number])[] = [[value, 1]]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [current, depth] = next
    const problem = problems.get(current)
    if (problem !== undefined) throw new YamlError(problem)
    const children = childrenOf(current)
    if (depth > DEEPEST && children)
      throw new YamlError(`lists and maps are nested more than ${DEEPEST} deep`)
    for (const child of [...(children ?? []), ...(hidden.get(current) ?? [])])
      waiting.push([child, depth + 1])
  }
}

const DISALLOWED = /[^\t\n\r -~\u0085\u00a0-\ufffd\u{10000}-\u{10ffff}]/u
/** The line ends of YAML 1.1; the library knows only `\n`. */
const LINE_END = /\r\n?|[\u0085\u2028\u2029]/g

/**
 * The text of a YAML stream, decoded by its byte order mark: UTF-16 of either order, else UTF-8. Every
 * line ends with `\n`.
 * @throws YamlError where go-yaml v2 refuses a byte or a character (readerc.go)
 */
function decodeText(bytes: Buffer): string {
  const text = decode(bytes)
  if (text === undefined) throw new YamlError('invalid UTF-8 or UTF-16')
  const disallowed = DISALLOWED.exec(text)
  if (disallowed)
    throw yamlError(linesBefore(text, disallowed.index), 'control characters are not allowed')
  return text.replace(LINE_END, '\n')
}

function decode(bytes: Buffer): string | undefined {
  const utf16 = utf16FileText(bytes)
  if (utf16 !== undefined) {
    return bytes.length % 2 === 0 && utf16.isWellFormed() ? utf16.slice(1) : undefined
  }
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return isUtf8(bytes) ? bytes.toString('utf8', isMarked ? 3 : 0) : undefined
}

function linesBefore(text: string, index: number): number {
  return text.slice(0, index).split('\n').length - 1
}

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
