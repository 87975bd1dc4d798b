import { type GoJson, goJson, sortedByKey } from './go-json.ts'
import type { Dependency, Maintainer, Metadata } from './metadata.ts'

/**
 * The config blob that `helm push` writes: `chart.Metadata` as Go's json.Marshal gives it, fields in
 * the order of the struct (helm, pkg/chart/v2/metadata.go), empty ones left out, no final newline.
 */
export function encodeConfig(metadata: Metadata): Buffer {
  const fields = present({
    name: metadata.name,
    home: metadata.home,
    sources: metadata.sources,
    version: metadata.version,
    description: metadata.description,
    keywords: metadata.keywords,
    maintainers: metadata.maintainers.map((maintainer) => maintainer && maintainerJson(maintainer)),
    icon: metadata.icon,
    apiVersion: metadata.apiVersion,
    condition: metadata.condition,
    tags: metadata.tags,
    appVersion: metadata.appVersion,
    deprecated: metadata.deprecated,
    annotations: sortedByKey(metadata.annotations),
    kubeVersion: metadata.kubeVersion,
    dependencies: dependenciesJson(metadata.dependencies),
    type: metadata.type
  })
  return Buffer.from(goJson(fields), 'utf8')
}

function maintainerJson({ name, email, url }: Maintainer): GoJson {
  return present({ name, email, url })
}

/** Dependencies as Go writes a list of them. */
export function dependenciesJson(dependencies: Metadata['dependencies']): GoJson {
  return dependencies.map((dependency) => dependency && dependencyJson(dependency))
}

function dependencyJson(dependency: Dependency): GoJson {
  return new Map<string, GoJson>([
    ['name', dependency.name],
    ...present({ version: dependency.version }),
    ['repository', dependency.repository],
    ...present({
      condition: dependency.condition,
      tags: dependency.tags,
      enabled: dependency.enabled,
      'import-values': dependency.importValues,
      alias: dependency.alias
    })
  ])
}

/** Go's `omitempty`: without empty texts, lists and maps, and without false. */
function present(fields: Readonly<Record<string, GoJson>>): ReadonlyMap<string, GoJson> {
  return new Map(Object.entries(fields).filter(([, value]) => !isEmpty(value)))
}

function isEmpty(value: GoJson): boolean {
  if (value instanceof Map) return value.size === 0
  return value === '' || value === false || (Array.isArray(value) && value.length === 0)
}

const PREFIX = 'org.opencontainers.image.'
export const TITLE = `${PREFIX}title`
export const VERSION = `${PREFIX}version`

/**
 * The manifest annotations that `helm push` (3.15 and newer) derives: those of the OCI image spec
 * from Chart.yaml, then the chart's own over them, except for title and version. Sorted by key.
 * @param created RFC 3339, see {@link createdText}
 * @param more over all of these; neither title nor version
 */
export function manifestAnnotations(
  metadata: Metadata,
  created: string,
  more: ReadonlyMap<string, string> = new Map()
): ReadonlyMap<string, string> {
  const derived = [
    [`${PREFIX}description`, metadata.description],
    [TITLE, metadata.name],
    [VERSION, metadata.version],
    [`${PREFIX}url`, metadata.home],
    [`${PREFIX}created`, created],
    [`${PREFIX}source`, metadata.sources[0] ?? ''],
    [`${PREFIX}authors`, authors(metadata.maintainers)]
  ] as const
  const own = [...metadata.annotations].filter(([key]) => key !== TITLE && key !== VERSION)
  return sortedByKey(
    new Map([...derived.filter(([, value]) => value.trim() !== ''), ...own, ...more])
  )
}

function authors(maintainers: Metadata['maintainers']): string {
  return maintainers
    .filter((maintainer) => maintainer !== null)
    .map(({ name, email }) => (email === '' ? name : `${name} (${email})`))
    .join(', ')
}
