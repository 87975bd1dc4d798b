import { parseJson } from '../../shared/json.ts'
import { writeYaml } from '../yaml/write-yaml.ts'
import { encodeConfig } from './config.ts'
import type { Metadata } from './metadata.ts'

/**
 * The metadata of a chart as Helm writes Chart.yaml into an archive, and into provenance: sigs.k8s.io/yaml makes JSON of
 * it, and YAML of that. Undefined for `import-values` that are nested beyond reason.
 */
export function metadataYaml(metadata: Metadata): string | undefined {
  const json = parseJson(encodeConfig(metadata))
  return json === undefined ? undefined : writeYaml(json)
}
