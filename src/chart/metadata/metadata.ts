import type { YamlValue } from '../yaml/node.ts'
import { bool, type Decoder, fieldsOf, listOf, text, textMap, texts, untyped } from './decode.ts'
import type { JsonText } from './go-json.ts'

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
  /** Each as the JSON that Go writes of it. */
  readonly importValues: readonly JsonText[]
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

const EMPTY_MAINTAINER: Maintainer = { name: '', email: '', url: '' }

const EMPTY_DEPENDENCY: Dependency = {
  name: '',
  version: '',
  repository: '',
  condition: '',
  tags: [],
  enabled: false,
  importValues: [],
  alias: ''
}

const DEPENDENCY_FIELDS = [
  'name',
  'version',
  'repository',
  'condition',
  'tags',
  'enabled',
  'import-values',
  'alias'
] as const

const maintainer: Decoder<Maintainer | null> = (value, path, was) => {
  if (value.kind === 'null') return null
  const base = was ?? EMPTY_MAINTAINER
  const field = fieldsOf<keyof Maintainer>(value, path, Object.keys(EMPTY_MAINTAINER))
  return {
    name: field('name', text, base.name),
    email: field('email', text, base.email),
    url: field('url', text, base.url)
  }
}

const importValues: Decoder<readonly JsonText[]> = listOf(untyped, { json: 'null' })

const dependency: Decoder<Dependency | null> = (value, path, was) => {
  if (value.kind === 'null') return null
  const base = was ?? EMPTY_DEPENDENCY
  const field = fieldsOf<(typeof DEPENDENCY_FIELDS)[number]>(value, path, DEPENDENCY_FIELDS)
  return {
    name: field('name', text, base.name),
    version: field('version', text, base.version),
    repository: field('repository', text, base.repository),
    condition: field('condition', text, base.condition),
    tags: field('tags', texts, base.tags),
    enabled: field('enabled', bool, base.enabled),
    importValues: field('import-values', importValues, base.importValues),
    alias: field('alias', text, base.alias)
  }
}

const maintainers: Decoder<Metadata['maintainers']> = listOf(maintainer, null)

/** The dependencies of Chart.yaml, requirements.yaml and their locks. */
export const dependencies: Decoder<Metadata['dependencies']> = listOf(dependency, null)

/**
 * Decodes `document` over `base`, as Helm decodes requirements.yaml over Chart.yaml: what the
 * document does not name stays.
 * @throws DecodeError where Go's encoding/json would refuse a value
 */
export function decodeMetadata(document: YamlValue, base: Metadata = EMPTY_METADATA): Metadata {
  const field = fieldsOf<keyof Metadata>(document, 'Metadata', Object.keys(EMPTY_METADATA))
  return {
    name: field('name', text, base.name),
    home: field('home', text, base.home),
    sources: field('sources', texts, base.sources),
    version: field('version', text, base.version),
    description: field('description', text, base.description),
    keywords: field('keywords', texts, base.keywords),
    maintainers: field('maintainers', maintainers, base.maintainers),
    icon: field('icon', text, base.icon),
    apiVersion: field('apiVersion', text, base.apiVersion),
    condition: field('condition', text, base.condition),
    tags: field('tags', text, base.tags),
    appVersion: field('appVersion', text, base.appVersion),
    deprecated: field('deprecated', bool, base.deprecated),
    annotations: field('annotations', textMap, base.annotations),
    kubeVersion: field('kubeVersion', text, base.kubeVersion),
    dependencies: field('dependencies', dependencies, base.dependencies),
    type: field('type', text, base.type)
  }
}
