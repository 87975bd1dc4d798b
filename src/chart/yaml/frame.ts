import type { MapBuilder } from './map-builder.ts'
import type { AliasNode, Node } from './node.ts'
import type { YamlScalar, YamlValue } from './value.ts'

/** A list that is being filled. */
export interface ListFrame {
  readonly kind: 'list'
  readonly children: readonly Node[]
  readonly items: YamlValue[]
  next: number
}

/** A map that is being filled, or merged into the one around it. */
export interface MapFrame {
  readonly kind: 'map'
  readonly children: readonly Node[]
  readonly builder: MapBuilder
  readonly isMerged: boolean
  key: YamlScalar | undefined
  next: number
}

/** A list of maps that are merged into one, the last first. */
export interface MergeFrame {
  readonly kind: 'merge'
  readonly children: readonly Node[]
  readonly builder: MapBuilder
  next: number
}

interface AliasFrame {
  readonly kind: 'alias'
  readonly alias: AliasNode
}

/** A collection that is being constructed, or an alias that is being expanded. */
export type Frame = ListFrame | MapFrame | MergeFrame | AliasFrame
