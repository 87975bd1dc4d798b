import { isDeepStrictEqual } from 'node:util'
import { encodeConfig } from '../chart/metadata/config.ts'
import type { Metadata } from '../chart/metadata/metadata.ts'
import { isObject } from '../shared/json.ts'

/** Why encoding/json would not take a value for the field at `path`; undefined when it would. */
type Check = (value: unknown, path: string) => string | undefined

const any: Check = () => undefined
const text = of('a text', (value) => typeof value === 'string')
const bool = of('true or false', (value) => typeof value === 'boolean')
const texts = listOf(text)

const dependency = fieldsOf({
  name: text,
  version: text,
  repository: text,
  condition: text,
  tags: texts,
  enabled: bool,
  'import-values': listOf(any),
  alias: text
})

/** The types of `chart.Metadata` (helm, pkg/chart/v2/metadata.go and dependency.go). */
const METADATA_FIELDS: Readonly<Record<string, Check>> = {
  name: text,
  home: text,
  sources: texts,
  version: text,
  description: text,
  keywords: texts,
  maintainers: listOf(fieldsOf({ name: text, email: text, url: text })),
  icon: text,
  apiVersion: text,
  condition: text,
  tags: text,
  appVersion: text,
  deprecated: bool,
  annotations: mapOf(text),
  kubeVersion: text,
  dependencies: listOf(dependency),
  type: text
}

/** Why Helm could not decode `json` into its metadata, as it reads after "because "; undefined when it can. */
export function metadataFault(json: unknown): string | undefined {
  return fieldsOf(METADATA_FIELDS)(json, '')
}

/** The keys of a config that say otherwise than the chart itself; what Go reads as empty counts as missing. */
export function contradictions(config: unknown, metadata: Metadata): readonly string[] {
  const expected: unknown = JSON.parse(encodeConfig(metadata).toString('utf8'))
  const [given, wanted] = [entriesOf(config), entriesOf(expected)]
  return Object.keys(METADATA_FIELDS).filter((key) => {
    return !isDeepStrictEqual(orMissing(given[key]), orMissing(wanted[key]))
  })
}

/** A check that lets null pass, which leaves a field of Go as it was. */
function of(wanted: string, shouldWrite: (value: unknown) => boolean): Check {
  return (value, path) => {
    if (value === null || shouldWrite(value)) return undefined
    return `${path === '' ? 'it' : `\`${path}\``} is not ${wanted}`
  }
}

function listOf(item: Check): Check {
  const list = of('a list', Array.isArray)
  return (value, path) => {
    const items: readonly unknown[] = Array.isArray(value) ? value : []
    return list(value, path) ?? first(items, (inner, index) => item(inner, `${path}[${index}]`))
  }
}

function mapOf(item: Check): Check {
  const map = of('an object', isObject)
  return (value, path) => {
    const entries = Object.entries(entriesOf(value))
    return map(value, path) ?? first(entries, ([key, inner]) => item(inner, below(path, key)))
  }
}

/** encoding/json matches keys in any case and passes over unknown ones. */
function fieldsOf(fields: Readonly<Record<string, Check>>): Check {
  const folded = new Map(Object.entries(fields).map(([key, check]) => [key.toLowerCase(), check]))
  const map = of('an object', isObject)
  return (value, path) => {
    const entries = Object.entries(entriesOf(value))
    const field = (key: string) => folded.get(key.normalize('NFKC').toLowerCase()) ?? any
    return map(value, path) ?? first(entries, ([key, inner]) => field(key)(inner, below(path, key)))
  }
}

function first<T>(items: readonly T[], find: (item: T, index: number) => string | undefined) {
  for (const [index, item] of items.entries()) {
    const found = find(item, index)
    if (found !== undefined) return found
  }
  return undefined
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}

function orMissing(value: unknown): unknown {
  if (value === null || value === '' || value === false) return undefined
  if (typeof value === 'object' && Object.keys(value).length === 0) return undefined
  return value
}
