import { isObject } from '../../shared/json.ts'
import { float64Text } from './float-text.ts'
import { byNaturalOrder } from './key-order.ts'
import { yamlKey, yamlLine } from './yaml-text.ts'

/**
 * What was read from JSON, as sigs.k8s.io/yaml (go-yaml v2) writes it: keys in natural order, lists in the column of
 * their key. It costs a stack for each level: {@link parseJson} has a limit for them.
 */
export function writeYaml(value: unknown): string {
  if (isEmpty(value) || !isCollection(value)) return scalar(value, { column: 0, indent: 2 })
  return collection(value, 0)
}

type Collection = readonly unknown[] | Readonly<Record<string, unknown>>

/** The lines of a list or map that is not empty; the first one begins where the caller has written up to. */
function collection(value: Collection, indent: number): string {
  const items = isList(value) ? value.map((item) => `-${afterIndicator(item, indent)}`) : []
  const entries = isList(value) ? [] : Object.entries(value)
  const members = entries
    .toSorted(([a], [b]) => byNaturalOrder(a, b))
    .map(([key, item]) => member(key, item, indent))
  return [...items, ...members].join(' '.repeat(indent))
}

function member(name: string, value: unknown, indent: number): string {
  const key = yamlKey(name)
  if (key === undefined) {
    const text = yamlLine(name, { column: indent + 2, indent: indent + 2 })
    return `? ${text}${' '.repeat(indent)}:${afterIndicator(value, indent)}`
  }
  if (isEmpty(value) || !isCollection(value)) {
    const column = indent + [...key].length + 2
    return `${key}: ${scalar(value, { column, indent: indent + 2 })}`
  }
  const inner = isList(value) ? indent : indent + 2
  return `${key}:\n${' '.repeat(inner)}${collection(value, inner)}`
}

/** What follows `-`, `?` or `:` that stands alone: in the same line, two columns further. */
function afterIndicator(value: unknown, indent: number): string {
  if (isEmpty(value) || !isCollection(value)) {
    return ` ${scalar(value, { column: indent + 2, indent: indent + 2 })}`
  }
  return ` ${collection(value, indent + 2)}`
}

/** A value in its own line, with the end of that. */
function scalar(value: unknown, place: Parameters<typeof yamlLine>[1]): string {
  if (typeof value === 'string') return yamlLine(value, place)
  if (typeof value === 'number') return `${numberText(value)}\n`
  if (isCollection(value)) return isList(value) ? '[]\n' : '{}\n'
  return `${value}\n`
}

/** go-yaml reads the digits of JSON before it writes YAML: whole numbers of 64 bits stay so, others are floats. */
function numberText(value: number): string {
  const digits = String(value)
  if (!/^-?\d+$/.test(digits)) return float64Text(value)
  const whole = BigInt(digits)
  return whole >= -(2n ** 63n) && whole < 2n ** 64n ? whole.toString() : float64Text(value)
}

function isCollection(value: unknown): value is Collection {
  return isList(value) || isObject(value)
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  return isCollection(value) && Object.keys(value).length === 0
}
