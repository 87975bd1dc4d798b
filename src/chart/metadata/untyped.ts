import { childrenOf, type YamlValue } from '../yaml/node.ts'
import { goJson, type JsonText, sortedByKey } from './go-json.ts'

/**
 * What Go holds in an `interface{}` after decoding JSON, as the JSON that it writes of it: all numbers
 * are float64, keys are in the order of their bytes. Nesting costs no stack.
 * @throws DecodeError
 */
export function untypedJson(value: YamlValue, path: string): JsonText {
  const written: string[] = []
  const waiting: (YamlValue | string)[] = [value]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') written.push(next)
    else if (next.kind === 'list') pushReversed(waiting, listParts(next.items))
    else if (next.kind === 'map') pushReversed(waiting, mapParts(next.entries))
    else written.push(scalarJson(next, path))
  }
  return { json: written.join('') }
}

/** @throws DecodeError when a number in `value` is none that JSON knows */
export function requireJson(value: YamlValue, path: string): void {
  const waiting: YamlValue[] = [value]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.kind === 'float') requireFinite(next.value, path)
    for (const child of childrenOf(next) ?? []) waiting.push(child)
  }
}

/** A spread of many parts into arguments would overflow the stack. */
function pushReversed<T>(stack: T[], parts: readonly T[]): void {
  for (const part of [...parts].reverse()) stack.push(part)
}

function listParts(items: readonly YamlValue[]): (YamlValue | string)[] {
  return ['[', ...items.flatMap((item, index) => (index > 0 ? [',', item] : [item])), ']']
}

function mapParts(entries: ReadonlyMap<string, YamlValue>): (YamlValue | string)[] {
  const members = [...sortedByKey(entries)].flatMap(([key, item], index) => {
    return [`${index > 0 ? ',' : ''}${goJson(key)}:`, item]
  })
  return ['{', ...members, '}']
}

function scalarJson(value: YamlValue, path: string): string {
  switch (value.kind) {
    case 'int':
      return goJson(Number(value.value))
    case 'float':
      return goJson(requireFinite(value.value, path))
    case 'string':
    case 'bool':
      return goJson(value.value)
    default:
      return 'null'
  }
}

function requireFinite(value: number, path: string): number {
  if (Number.isFinite(value)) return value
  throw new DecodeError(path, `contains ${value}, which JSON cannot represent`)
}

/** A value that Go's encoding/json would refuse to put into the field of that path, such as `Metadata.sources[0]`. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  readonly path: string

  constructor(path: string, fault: string) {
    super(`${path} ${fault}`)
    this.path = path
  }
}
