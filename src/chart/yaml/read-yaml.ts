import { type Construction, construct } from './constructor.ts'
import { decodeText } from './decode-text.ts'
import { YamlError } from './error.ts'
import type { Node } from './node.ts'
import { parseText } from './parse-text.ts'
import { toNodes } from './to-nodes.ts'
import { NULL, type YamlValue } from './value.ts'

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
export function readNodes(bytes: Buffer): Node | undefined {
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

/** Undefined for a scalar. */
function childrenOf(value: YamlValue): Iterable<YamlValue> | undefined {
  if (value.kind === 'list') return value.items
  return value.kind === 'map' ? value.entries.values() : undefined
}
