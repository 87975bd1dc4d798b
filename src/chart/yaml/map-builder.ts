import { float32Text } from './float-text.ts'
import type { YamlScalar, YamlValue } from './value.ts'

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
