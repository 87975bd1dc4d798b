import {
  type Frame,
  type ListFrame,
  MapBuilder,
  type MapFrame,
  type MergeFrame,
  NodeCounter
} from './map-builder.ts'
import {
  type AliasNode,
  type CollectionNode,
  type Node,
  NULL,
  type YamlValue,
  yamlError
} from './node.ts'
import { resolveScalar } from './resolve.ts'

const MERGE_TAG = 'tag:yaml.org,2002:merge'

/** What nodes were constructed to. */
export interface Construction {
  readonly value: YamlValue
  /** How deeply collections and aliases were nested at most. */
  readonly depth: number
  /** By map: why Helm refuses it, unless something took its place. */
  readonly problems: ReadonlyMap<YamlValue, string>
  /** By map: values that were read under keys of the same text. */
  readonly hidden: ReadonlyMap<YamlValue, readonly YamlValue[]>
}

/**
 * Turns nodes into values as go-yaml v2 does (decode.go): aliases are expanded and maps are merged
 * where they stand. Nesting costs no stack.
 * @throws YamlError
 */
export function construct(root: Node): Construction {
  return new Constructor().construct(root)
}

class Constructor {
  readonly #frames: Frame[] = []
  readonly #openAliases = new Set<AliasNode>()
  readonly #counter = new NodeCounter()
  readonly #problems = new Map<YamlValue, string>()
  readonly #hidden = new Map<YamlValue, readonly YamlValue[]>()
  #depth = 0
  #value: YamlValue = NULL

  construct(root: Node): Construction {
    this.#enter(root)
    for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
      this.#depth = Math.max(this.#depth, this.#frames.length)
      this.#step(frame)
    }
    return this.#construction()
  }

  #construction(): Construction {
    return {
      value: this.#value,
      depth: this.#depth,
      problems: this.#problems,
      hidden: this.#hidden
    }
  }

  #step(frame: Frame): void {
    if (frame.kind === 'list') this.#stepList(frame)
    else if (frame.kind === 'map') this.#stepMap(frame)
    else if (frame.kind === 'merge') this.#stepMerge(frame)
  }

  #stepList(frame: ListFrame): void {
    const child = frame.children[frame.next]
    frame.next += 1
    if (child) this.#enter(child)
    else {
      this.#frames.pop()
      this.#deliver({ kind: 'list', items: frame.items })
    }
  }

  #stepMap(frame: MapFrame): void {
    const child = frame.children[frame.next]
    frame.next += 1
    if (!child) this.#endMap(frame)
    else if (frame.key === undefined && isMergeKey(child)) this.#stepMergeKey(frame)
    else this.#enter(child)
  }

  #stepMergeKey(frame: MapFrame): void {
    const value = frame.children[frame.next]
    frame.next += 1
    if (value) this.#merge(value, frame.builder)
  }

  #endMap({ builder, isMerged }: MapFrame): void {
    this.#frames.pop()
    if (builder.problem !== undefined) this.#problems.set(builder.value, builder.problem)
    if (builder.hidden.length > 0) this.#hidden.set(builder.value, builder.hidden)
    if (isMerged) this.#leaveAliases()
    else this.#deliver(builder.value)
  }

  #merge(value: Node, builder: MapBuilder): void {
    if (value.kind === 'sequence') {
      const { children } = value
      this.#frames.push({ kind: 'merge', children, builder, next: children.length - 1 })
    } else this.#mergeMap(value, builder)
  }

  #stepMerge(frame: MergeFrame): void {
    const child = frame.children[frame.next]
    frame.next -= 1
    if (child) this.#mergeMap(child, frame.builder)
    else this.#frames.pop()
  }

  #mergeMap(node: Node, builder: MapBuilder): void {
    const target = node.kind === 'alias' ? node.target : node
    if (target.kind !== 'mapping')
      throw yamlError(node.line, 'map merge requires map or sequence of maps as the value')
    this.#enter(node, builder)
  }

  /** Begins to construct `node`; a map goes into `builder`, if there is one. */
  #enter(node: Node, builder?: MapBuilder): void {
    this.#counter.count(node, this.#openAliases.size > 0)
    switch (node.kind) {
      case 'scalar':
        this.#deliver(resolveScalar(node))
        break
      case 'alias':
        this.#enterAlias(node, builder)
        break
      case 'sequence':
        this.#frames.push({ kind: 'list', children: node.children, items: [], next: 0 })
        break
      case 'mapping':
        this.#pushMap(node, builder)
    }
  }

  #pushMap({ children }: CollectionNode, into: MapBuilder | undefined): void {
    const builder = into ?? new MapBuilder()
    const isMerged = into !== undefined
    this.#frames.push({ kind: 'map', children, builder, isMerged, key: undefined, next: 0 })
  }

  #enterAlias(alias: AliasNode, builder: MapBuilder | undefined): void {
    if (this.#openAliases.has(alias))
      throw yamlError(alias.line, `anchor '${alias.name}' value contains itself`)
    this.#openAliases.add(alias)
    this.#frames.push({ kind: 'alias', alias })
    this.#enter(alias.target, builder)
  }

  /** Gives a finished value to the collection that it belongs to. */
  #deliver(value: YamlValue): void {
    this.#leaveAliases()
    const frame = this.#frames.at(-1)
    if (!frame) this.#value = value
    else if (frame.kind === 'list') frame.items.push(value)
    else if (frame.kind === 'map') deliverToMap(frame, value)
  }

  #leaveAliases(): void {
    for (let frame = this.#frames.at(-1); frame?.kind === 'alias'; frame = this.#frames.at(-1)) {
      this.#openAliases.delete(frame.alias)
      this.#frames.pop()
    }
  }
}

function deliverToMap(frame: MapFrame, value: YamlValue): void {
  if (frame.key !== undefined) {
    frame.builder.set(frame.key, value)
    frame.key = undefined
  } else if (value.kind === 'list' || value.kind === 'map') {
    const line = frame.children[frame.next - 1]?.line ?? 0
    throw yamlError(line, `a map key is a ${value.kind}`)
  } else frame.key = value
}

function isMergeKey(node: Node): boolean {
  return node.kind === 'scalar' && node.text === '<<' && (node.isImplicit || node.tag === MERGE_TAG)
}
