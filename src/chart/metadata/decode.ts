import { scalarText, type YamlValue } from '../yaml/node.ts'
import { compareUtf8, type JsonText } from './go-json.ts'
import { DecodeError, requireJson, untypedJson } from './untyped.ts'

/**
 * Decodes a YAML value into a place that holds `was`, as encoding/json does: what the value does not
 * say stays as it was.
 * @throws DecodeError
 */
export type Decoder<T> = (value: YamlValue, path: string, was: T) => T

/**
 * A reader of the fields of a struct, as encoding/json matches keys: by exact name or by simple case
 * folding, in the order of their bytes, each decoded over the one before. Keys that are no field
 * need only be fit for JSON.
 * @throws DecodeError when `document` is neither a map nor null
 */
export function fieldsOf<Name extends string>(
  document: YamlValue,
  path: string,
  names: readonly string[]
) {
  const values = valuesByField(document, path, names)
  return <T>(name: Name, decode: Decoder<T>, was: T): T => {
    const fieldPath = `${path}.${name}`
    return (values.get(foldKey(name)) ?? []).reduce(
      (current, [, value]) => decode(value, fieldPath, current),
      was
    )
  }
}

type Entry = readonly [key: string, value: YamlValue]

function valuesByField(
  document: YamlValue,
  path: string,
  names: readonly string[]
): ReadonlyMap<string, readonly Entry[]> {
  if (document.kind === 'null') return new Map()
  if (document.kind !== 'map') throw mismatch(document, path, 'an object')
  const values = new Map<string, Entry[]>(names.map((name) => [foldKey(name), []]))
  for (const entry of document.entries) {
    const field = values.get(foldKey(entry[0]))
    if (field) field.push(entry)
    else requireJson(entry[1], `${path}.${entry[0]}`)
  }
  for (const entries of values.values()) entries.sort(([a], [b]) => compareUtf8(a, b))
  return values
}

/** Go's simple folding, for the ASCII names that Helm's fields have: long s and the Kelvin sign fold to ASCII. */
function foldKey(key: string): string {
  return key
    .replaceAll('\u017f', 's')
    .replaceAll('\u212a', 'k')
    .replace(/[A-Z]/g, (char) => char.toLowerCase())
}

export const text: Decoder<string> = (value, path, was) => {
  if (value.kind === 'list' || value.kind === 'map') throw mismatch(value, path, 'a string')
  return scalarText(value) ?? was
}

export const bool: Decoder<boolean> = (value, path, was) => {
  if (value.kind === 'null') return was
  if (value.kind !== 'bool') throw mismatch(value, path, 'true or false')
  return value.value
}

/**
 * A list of T; null empties it. As encoding/json does, items are decoded over those that lie in the
 * memory of the list, even over those that a shorter list has hidden; new ones over `empty`.
 */
export function listOf<T>(decode: Decoder<T>, empty: T): Decoder<readonly T[]> {
  const memories = new WeakMap<readonly T[], readonly T[]>()
  return (value, path, was) => {
    if (value.kind === 'null') return []
    if (value.kind !== 'list') throw mismatch(value, path, 'a list')
    if (value.items.length === 0) return []
    const memory = memories.get(was) ?? was
    const items = value.items.map((item, index) => {
      return decode(item, `${path}[${index}]`, memory[index] ?? empty)
    })
    memories.set(items, [...items, ...memory.slice(items.length)])
    return items
  }
}

export const texts: Decoder<readonly string[]> = listOf(text, '')

/** A map of texts laid over the one before; null empties it, and null values become empty texts. */
export const textMap: Decoder<ReadonlyMap<string, string>> = (value, path, was) => {
  if (value.kind === 'null') return new Map()
  if (value.kind !== 'map') throw mismatch(value, path, 'a map of strings')
  const entries = [...value.entries].map(([key, item]) => {
    return [key, text(item, `${path}[${key}]`, '')] as const
  })
  return new Map([...was, ...entries])
}

export const untyped: Decoder<JsonText> = untypedJson

/** What Helm would say of a value of the wrong kind. */
export function mismatch(value: YamlValue, path: string, wanted: string): DecodeError {
  return new DecodeError(path, `is ${NAMES[value.kind]}, Helm expects ${wanted}`)
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

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * The bytes of a chart's file as Helm hands them on when it loads a directory or an archive: without
 * one leading UTF-8 byte order mark (helm, pkg/chart/v2/loader, directory.go). Others stay.
 */
export function loadedBytes(file: Buffer): Buffer {
  const marked = file.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  return marked ? file.subarray(BYTE_ORDER_MARK.length) : file
}
