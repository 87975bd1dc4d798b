import type { YamlValue } from '../../chart/yaml/node.ts'
import { isObject, parseJson } from '../../shared/json.ts'

/** JSON as the value that a YAML parser would read; undefined where it is none. */
export function jsonValue(bytes: Buffer): YamlValue | undefined {
  const value = parseJson(bytes)
  return value === undefined ? undefined : toValue(value)
}

/** `parseJson` has refused deep nesting. */
function toValue(value: unknown): YamlValue {
  if (typeof value === 'string') return { kind: 'string', value }
  if (typeof value === 'number') return { kind: 'float', value }
  if (typeof value === 'boolean') return { kind: 'bool', value }
  if (Array.isArray(value)) return { kind: 'list', items: value.map(toValue) }
  if (!isObject(value)) return { kind: 'null' }
  const entries = Object.entries(value).map(([key, item]) => [key, toValue(item)] as const)
  return { kind: 'map', entries: new Map(entries) }
}
