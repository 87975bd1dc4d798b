import { float32Text } from './float-text.ts'

/** The nodes of a YAML document before anything is resolved; lines are counted from 0. */
export type Node = ScalarNode | CollectionNode | AliasNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly line: number
  readonly text: string
  /** The whole tag; empty without one. Tags of collections mean nothing to go-yaml. */
  readonly tag: string
  /** Whether the content decides on the type: plain scalars without a tag, and all tagged `!`. */
  readonly isImplicit: boolean
}

export interface CollectionNode {
  readonly kind: 'sequence' | 'mapping'
  readonly line: number
  /** The items, or keys and values in turn. */
  readonly children: readonly Node[]
}

export interface AliasNode {
  readonly kind: 'alias'
  readonly line: number
  readonly name: string
  readonly target: Node
}

/** YAML that Helm could not read. The message is one sentence fragment with the line, where known. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
  /** Counted from 1; undefined where it is not known. */
  readonly line: number | undefined

  constructor(message: string, line?: number) {
    super(message)
    this.line = line
  }
}

/** Reasons cite names and texts of the file, which may be as long as the file. */
const LONGEST_REASON = 200

/** @param line counted from 0 */
export function yamlError(line: number, why: string): YamlError {
  const reason = why.length > LONGEST_REASON ? `${why.slice(0, LONGEST_REASON)}…` : why
  return new YamlError(`line ${line + 1}: ${reason.toWellFormed()}`, line + 1)
}

/** A YAML value as go-yaml v2 resolves it; keys are text already, the later of equal keys has won. */
export type YamlValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly YamlValue[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, YamlValue> }

export type YamlScalar = Exclude<YamlValue, { kind: 'list' | 'map' }>

/** What a list or a map holds; undefined for a scalar. */
export function childrenOf(value: YamlValue): Iterable<YamlValue> | undefined {
  if (value.kind === 'list') return value.items
  return value.kind === 'map' ? value.entries.values() : undefined
}

export const NULL: YamlScalar = { kind: 'null' }

/** A scalar as text, the way sigs.k8s.io/yaml fills a string field; undefined for null. */
export function scalarText(scalar: YamlScalar): string | undefined {
  switch (scalar.kind) {
    case 'null':
      return undefined
    case 'float':
      return float32Text(scalar.value)
    default:
      return String(scalar.value)
  }
}
