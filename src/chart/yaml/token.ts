/** Tokens of a YAML stream, by their names in YAML 1.1; `line` is where they begin, counted from 0. */
export type Token =
  | SimpleToken
  | ScalarToken
  | TagToken
  | VersionDirective
  | TagDirective
  | { readonly kind: 'anchor' | 'alias'; readonly line: number; readonly name: string }

export interface SimpleToken {
  readonly kind:
    | 'stream-end'
    | 'document-start'
    | 'document-end'
    | 'block-sequence-start'
    | 'block-mapping-start'
    | 'block-end'
    | 'block-entry'
    | 'flow-sequence-start'
    | 'flow-sequence-end'
    | 'flow-mapping-start'
    | 'flow-mapping-end'
    | 'flow-entry'
    | 'key'
    | 'value'
  readonly line: number
}

export interface ScalarToken {
  readonly kind: 'scalar'
  readonly line: number
  readonly text: string
  readonly isPlain: boolean
}

/** An empty handle means that the suffix is the whole tag. */
export interface TagToken {
  readonly kind: 'tag'
  readonly line: number
  readonly handle: string
  readonly suffix: string
}

export interface VersionDirective {
  readonly kind: 'version-directive'
  readonly line: number
  readonly version: string
}

export interface TagDirective {
  readonly kind: 'tag-directive'
  readonly line: number
  readonly handle: string
  readonly prefix: string
}
