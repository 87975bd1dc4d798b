import type { ChartFile } from '../chart/model/chart-file.ts'
import { YamlError, type YamlValue } from '../chart/yaml/node.ts'
import { readYaml } from '../chart/yaml/read-yaml.ts'

/** helm, pkg/chart/v2/dependency.go, Dependency; encoding/json minds no case. */
const KEYS: ReadonlySet<string> = new Set([
  ...['name', 'version', 'repository', 'condition', 'tags', 'enabled', 'import-values', 'alias']
])

/** Keys of dependencies that Helm does not know and passes over, such as `url`, by the name of the dependency. */
export function unknownKeys(files: readonly ChartFile[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  const declaring = files.filter(
    ({ path }) => path === 'Chart.yaml' || path === 'requirements.yaml'
  )
  for (const entries of declaring.flatMap(({ bytes }) => dependenciesIn(bytes))) {
    const value = entries.get('name')
    const name = value?.kind === 'string' ? value.value : ''
    const keys = [...entries.keys()].filter((key) => !KEYS.has(key.toLowerCase()))
    // Several entries may have one name, with aliases.
    found.set(name, [...new Set([...(found.get(name) ?? []), ...keys])])
  }
  return found
}

function dependenciesIn(bytes: Buffer): readonly ReadonlyMap<string, YamlValue>[] {
  const root = read(bytes)
  const list = root?.kind === 'map' ? root.entries.get('dependencies') : undefined
  const items = list?.kind === 'list' ? list.items : []
  return items.flatMap((item) => (item.kind === 'map' ? [item.entries] : []))
}

/** Undefined where it cannot be read, which is reported elsewhere. */
function read(bytes: Buffer): YamlValue | undefined {
  try {
    return readYaml(bytes)
  } catch (error) {
    if (error instanceof YamlError) return undefined
    throw error
  }
}
