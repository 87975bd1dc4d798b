import { float32Text } from './float-text.ts'

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
