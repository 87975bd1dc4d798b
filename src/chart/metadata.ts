import {
  bool,
  type Decoder,
  fieldsOf,
  listOf,
  text,
  textMapOver,
  texts,
  type UntypedValue,
  untyped
} from './decode.ts'
import type { YamlValue } from './yaml-value.ts'

/** Chart.yaml as Helm's `chart.Metadata` holds it: absent texts are empty, absent lists have no items. */
export interface Metadata {
  readonly name: string
  readonly home: string
  readonly sources: readonly string[]
  readonly version: string
  readonly description: string
  readonly keywords: readonly string[]
  readonly maintainers: readonly (Maintainer | null)[]
  readonly icon: string
  readonly apiVersion: string
  readonly condition: string
  readonly tags: string
  readonly appVersion: string
  readonly deprecated: boolean
  readonly annotations: ReadonlyMap<string, string>
  readonly kubeVersion: string
  readonly dependencies: readonly (Dependency | null)[]
  readonly type: string
}

export interface Maintainer {
  readonly name: string
  readonly email: string
  readonly url: string
}

export interface Dependency {
  readonly name: string
  readonly version: string
  readonly repository: string
  readonly condition: string
  readonly tags: readonly string[]
  readonly enabled: boolean
  readonly importValues: readonly UntypedValue[]
  readonly alias: string
}

export const EMPTY_METADATA: Metadata = {
  name: '',
  home: '',
  sources: [],
  version: '',
  description: '',
  keywords: [],
  maintainers: [],
  icon: '',
  apiVersion: '',
  condition: '',
  tags: '',
  appVersion: '',
  deprecated: false,
  annotations: new Map(),
  kubeVersion: '',
  dependencies: [],
  type: ''
}

/**
 * Decodes `document` over `base`, as Helm decodes requirements.yaml over Chart.yaml: what the
 * document does not name stays.
 * @throws DecodeError where Go's encoding/json would refuse a value
 */
export function decodeMetadata(document: YamlValue, base: Metadata = EMPTY_METADATA): Metadata {
  const field = fieldsOf(document, 'Metadata')
  return {
    name: field('name', text, base.name),
    home: field('home', text, base.home),
    sources: field('sources', texts, base.sources),
    version: field('version', text, base.version),
    description: field('description', text, base.description),
    keywords: field('keywords', texts, base.keywords),
    maintainers: field('maintainers', listOf(decodeMaintainer, null), base.maintainers),
    icon: field('icon', text, base.icon),
    apiVersion: field('apiVersion', text, base.apiVersion),
    condition: field('condition', text, base.condition),
    tags: field('tags', text, base.tags),
    appVersion: field('appVersion', text, base.appVersion),
    deprecated: field('deprecated', bool, base.deprecated),
    annotations: field('annotations', textMapOver(base.annotations), base.annotations),
    kubeVersion: field('kubeVersion', text, base.kubeVersion),
    dependencies: field('dependencies', listOf(decodeDependency, null), base.dependencies),
    type: field('type', text, base.type)
  }
}

const decodeMaintainer: Decoder<Maintainer> = (value, path) => {
  if (value.kind === 'null') return undefined
  const field = fieldsOf(value, path)
  return {
    name: field('name', text, ''),
    email: field('email', text, ''),
    url: field('url', text, '')
  }
}

const decodeDependency: Decoder<Dependency> = (value, path) => {
  if (value.kind === 'null') return undefined
  const field = fieldsOf(value, path)
  return {
    name: field('name', text, ''),
    version: field('version', text, ''),
    repository: field('repository', text, ''),
    condition: field('condition', text, ''),
    tags: field('tags', texts, []),
    enabled: field('enabled', bool, false),
    importValues: field('import-values', listOf(untyped, null), []),
    alias: field('alias', text, '')
  }
}
