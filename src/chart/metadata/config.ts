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
