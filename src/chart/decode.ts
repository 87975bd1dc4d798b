import { compareUtf8 } from './go-json.ts'
import { scalarText, type YamlValue } from './yaml-value.ts'

/** A value that Go's encoding/json would refuse to put into the field of that path. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

/** Turns a YAML value into a T; undefined means that the value leaves the field as it was. */
export type Decoder<T> = (value: YamlValue, path: string) => T | undefined

/** What Go holds in an `interface{}` after decoding JSON. */
export type UntypedValue =
  | null
  | boolean
  | number
  | string
  | readonly UntypedValue[]
  | ReadonlyMap<string, UntypedValue>

/**
 * A reader of the fields of a map, as encoding/json matches keys: in the order of their bytes,
 * by exact name or by simple case folding, the last that says something wins; `otherwise` when
 * none does.
 */
export function fieldsOf(document: YamlValue, path: string) {
  if (document.kind !== 'map' && document.kind !== 'null')
    throw mismatch(document, path, 'an object')
  const entries = document.kind === 'map' ? [...document.entries] : []
  entries.sort(([a], [b]) => compareUtf8(a, b))
  return <T>(name: string, decode: Decoder<T>, otherwise: T): T => {
    const folded = foldKey(name)
    const decoded = entries
      .filter(([key]) => foldKey(key) === folded)
      .map(([, value]) => decode(value, `${path}.${name}`))
      .findLast((value) => value !== undefined)
    return decoded ?? otherwise
  }
}

/** Go's simple folding, for the ASCII names that Helm's fields have: long s and the Kelvin sign fold to ASCII. */
function foldKey(key: string): string {
  return key
    .replaceAll('\u017f', 's')
    .replaceAll('\u212a', 'k')
    .replace(/[A-Z]/g, (char) => char.toLowerCase())
}

export const text: Decoder<string> = (value, path) => {
  if (value.kind === 'list' || value.kind === 'map') throw mismatch(value, path, 'a string')
  return scalarText(value)
}

export const bool: Decoder<boolean> = (value, path) => {
  if (value.kind === 'null') return undefined
  if (value.kind !== 'bool') throw mismatch(value, path, 'true or false')
  return value.value
}

/** A list of T; null empties it, and null items become `ifNull`. */
export function listOf<T, N>(decode: Decoder<T>, ifNull: N): Decoder<readonly (T | N)[]> {
  return (value, path) => {
    if (value.kind === 'null') return []
    if (value.kind !== 'list') throw mismatch(value, path, 'a list')
    return value.items.map((item, index) => decode(item, `${path}[${index}]`) ?? ifNull)
  }
}

export const texts: Decoder<readonly string[]> = listOf(text, '')

/** A map of texts laid over `base`; null empties it, and null values become empty texts. */
export function textMapOver(
  base: ReadonlyMap<string, string>
): Decoder<ReadonlyMap<string, string>> {
  return (value, path) => {
    if (value.kind === 'null') return new Map()
    if (value.kind !== 'map') throw mismatch(value, path, 'a map of strings')
    const entries = [...value.entries].map(([key, item]) => {
      return [key, text(item, `${path}[${key}]`) ?? ''] as const
    })
    return new Map([...base, ...entries])
  }
}

export const untyped = (value: YamlValue): UntypedValue => {
  switch (value.kind) {
    case 'null':
      return null
    case 'int':
      return Number(value.value)
    case 'list':
      return value.items.map(untyped)
    case 'map':
      return new Map([...value.entries].map(([key, item]) => [key, untyped(item)]))
    default:
      return value.value
  }
}

function mismatch(value: YamlValue, path: string, wanted: string): DecodeError {
  return new DecodeError(`${path} is ${NAMES[value.kind]}, Helm wants ${wanted}`)
}

const NAMES: Readonly<Record<YamlValue['kind'], string>> = {
  null: 'null',
  bool: 'true or false',
  int: 'a number',
  float: 'a number',
  string: 'a string',
  list: 'a list',
  map: 'a map'
}
