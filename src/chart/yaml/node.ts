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
