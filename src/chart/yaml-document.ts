import type { Alias, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { resolvePlainScalar, scalarText, type YamlScalar, type YamlValue } from './yaml-value.ts'

/** YAML that Helm could not read. The message is one sentence fragment with the line, where known. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
}

/** go-yaml refuses documents that grow by aliases; its bound for small documents (decode.go, allowedAliasRatio). */
const MOST_ALIASED_NODES = 400_000

/**
 * Reads the first document of `text` as Helm does (sigs.k8s.io/yaml over go-yaml v2): YAML 1.1
 * scalars, last of equal keys, merge keys where they stand. Later documents are not looked at.
 * @throws YamlError
 */
export async function readYaml(text: string): Promise<YamlValue> {
  const yaml = await import('yaml')
  const composer = new yaml.Composer({
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    strict: false
  })
  const [document] = composer.compose(new yaml.Parser().parse(text))
  if (!document?.contents) return { kind: 'null' }
  const [error] = document.errors
  if (error) throw new YamlError(describe(error.message, lineOf(text, error.pos[0])))
  return new Resolver(yaml).resolve(document.contents)
}

type YamlModule = typeof import('yaml')
type Entries = Map<string, YamlValue>

class Resolver {
  readonly #yaml: YamlModule
  /** The node that each anchor names so far; a later one of the same name takes its place. */
  readonly #anchors = new Map<string, Node>()
  /** Anchors whose value is being resolved: one that comes up again holds itself. */
  readonly #open = new Set<Node>()
  #nodes = 0

  constructor(yaml: YamlModule) {
    this.#yaml = yaml
  }

  resolve(node: unknown): YamlValue {
    this.#nodes += 1
    if (this.#nodes > MOST_ALIASED_NODES) throw new YamlError('it contains excessive aliasing')
    if (this.#yaml.isAlias(node)) return this.#alias(node)
    if (this.#yaml.isNode(node) && node.anchor && this.#open.size === 0) {
      this.#anchors.set(node.anchor, node)
    }
    if (this.#yaml.isSeq(node)) return this.#list(node)
    if (this.#yaml.isMap(node)) return { kind: 'map', entries: this.#map(node) }
    if (this.#yaml.isScalar(node)) return resolveScalar(node)
    return { kind: 'null' }
  }

  #alias(alias: Alias): YamlValue {
    const target = this.#anchors.get(alias.source)
    if (!target) throw new YamlError(`unknown anchor '${alias.source}' referenced`)
    if (this.#open.has(target))
      throw new YamlError(`anchor '${alias.source}' value contains itself`)
    this.#open.add(target)
    const value = this.resolve(target)
    this.#open.delete(target)
    return value
  }

  #list(node: YAMLSeq): YamlValue {
    return { kind: 'list', items: node.items.map((item) => this.resolve(item)) }
  }

  #map(node: YAMLMap): Entries {
    const entries: Entries = new Map()
    for (const pair of node.items) {
      if (this.#isMerge(pair)) this.#merge(entries, pair.value)
      else entries.set(this.#key(pair.key), this.resolve(pair.value))
    }
    return entries
  }

  #isMerge(pair: Pair): boolean {
    return this.#yaml.isScalar(pair.key) && isPlain(pair.key) && pair.key.value === '<<'
  }

  #merge(entries: Entries, source: unknown): void {
    const value = this.resolve(source)
    const maps = value.kind === 'list' ? [...value.items].reverse() : [value]
    for (const map of maps) {
      if (map.kind !== 'map')
        throw new YamlError('map merge requires map or sequence of maps as the value')
      for (const [key, item] of map.entries) entries.set(key, item)
    }
  }

  #key(node: unknown): string {
    const value = this.resolve(node)
    if (value.kind === 'list' || value.kind === 'map')
      throw new YamlError('a map key is a list or a map')
    const text = scalarText(value)
    if (text === undefined) throw new YamlError('a map key is null')
    return text
  }
}

function isPlain(scalar: Scalar): boolean {
  return scalar.type === 'PLAIN' && !scalar.tag
}

function resolveScalar(scalar: Scalar): YamlScalar {
  const text = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '')
  switch (scalar.tag) {
    case undefined:
      return isPlain(scalar) ? resolvePlainScalar(text) : { kind: 'string', value: text }
    case 'tag:yaml.org,2002:binary':
      return { kind: 'string', value: Buffer.from(text, 'base64').toString('utf8') }
    case 'tag:yaml.org,2002:int':
    case 'tag:yaml.org,2002:float':
    case 'tag:yaml.org,2002:bool':
    case 'tag:yaml.org,2002:null':
      return resolvePlainScalar(text)
    default:
      return { kind: 'string', value: text }
  }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function describe(message: string, line: number): string {
  return `line ${line}: ${message.replace(/\s+/g, ' ')}`
}
