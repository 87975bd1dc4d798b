import { float32Text } from './float-text.ts'
import { type AliasNode, type Node, type YamlScalar, type YamlValue, yamlError } from './node.ts'

/** A map whose entries are still being read. */
export class MapBuilder {
  readonly #entries = new Map<string, YamlValue>()
  readonly value: YamlValue = { kind: 'map', entries: this.#entries }
  /** Present from the first key on that is no string: others cannot be taken for one another. */
  #mixed: MixedKeys | undefined
  /** Why Helm refuses the map, if it is still there when the document has been read. */
  problem: string | undefined

  /**
   * What keys hold that became text as a later key, such as 1 before "1". sigs.k8s.io/yaml converts
   * these values as well, so that they can be the reason to refuse a document.
   */
  get hidden(): readonly YamlValue[] {
    return [...(this.#mixed?.hidden.values() ?? [])]
  }

  set(key: YamlScalar, value: YamlValue): void {
    const text = keyText(key)
    if (text === undefined) this.problem = `a map key is ${describeKey(key)}`
    else {
      if (key.kind !== 'string') this.#mixed ??= new MixedKeys(this.#entries)
      this.#mixed?.note(key, text)
      this.#entries.set(text, value)
    }
  }
}

/** Tells keys apart that are different to Go but become the same text, and the other way round. */
class MixedKeys {
  readonly #entries: Map<string, YamlValue>
  /** By text: the key that became it, unless it was that text. */
  readonly #keys = new Map<string, string>()
  /** The text of the float key 0 or -0: they are one key to Go. */
  #zero: string | undefined
  readonly hidden = new Map<string, YamlValue>()

  constructor(entries: Map<string, YamlValue>) {
    this.#entries = entries
  }

  /** To be called before `key` takes its place among the entries. */
  note(key: YamlScalar, text: string): void {
    if (key.kind === 'float' && key.value === 0) {
      if (this.#zero !== undefined && this.#zero !== text) this.#entries.delete(this.#zero)
      this.#zero = text
    }
    const identity = identityOf(key, text)
    const before = this.#keys.get(text) ?? identityOf({ kind: 'string' }, text)
    const value = this.#entries.get(text)
    if (value && before !== identity) this.hidden.set(before, value)
    this.hidden.delete(identity)
    this.#keys.set(text, identity)
  }
}

/** Different for keys that differ to Go. */
function identityOf(key: Partial<YamlScalar>, text: string): string {
  return key.kind === 'float' ? `float ${key.value}` : `${key.kind} ${text}`
}

const LARGEST_INT = 2n ** 63n - 1n
const NOT_FINITE: Readonly<Record<string, string>> = {
  '+Inf': '.inf',
  '-Inf': '-.inf',
  NaN: '.nan'
}

/** A key as sigs.k8s.io/yaml writes it; undefined where it refuses the key. */
function keyText(key: YamlScalar): string | undefined {
  switch (key.kind) {
    case 'null':
      return undefined
    case 'int':
      return key.value > LARGEST_INT ? undefined : String(key.value)
    case 'float': {
      const text = float32Text(key.value)
      return NOT_FINITE[text] ?? text
    }
    default:
      return String(key.value)
  }
}

function describeKey(key: YamlScalar): string {
  return key.kind === 'int' ? `the number ${key.value}, which is too large` : 'null'
}

const FEW_NODES = 400_000
const MANY_NODES = 4_000_000

/** Refuses documents that grow too much by aliases, by the ratio of go-yaml v2 (decode.go). */
export class NodeCounter {
  /** go-yaml counts the document as well. */
  #nodes = 1
  #aliased = 0

  /** @throws YamlError */
  count({ line }: Node, isAliased: boolean): void {
    this.#nodes += 1
    if (!isAliased) return
    this.#aliased += 1
    if (this.#aliased <= 100 || this.#nodes <= 1000) return
    if (this.#aliased / this.#nodes > allowedRatio(this.#nodes))
      throw yamlError(line, 'document contains excessive aliasing')
  }
}

/** 99 % of few nodes may come from aliases, 10 % of many. */
function allowedRatio(nodes: number): number {
  if (nodes <= FEW_NODES) return 0.99
  if (nodes >= MANY_NODES) return 0.1
  return 0.99 - 0.89 * ((nodes - FEW_NODES) / (MANY_NODES - FEW_NODES))
}

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
