import { YamlError, type YamlValue } from '../chart/yaml/node.ts'
import { readYaml } from '../chart/yaml/read-yaml.ts'

/** The tag that Artifact Hub reads in the repository of each chart (artifacthub.io/docs, "OCI support"). */
export const ARTIFACT_HUB_TAG = 'artifacthub.io'
/** By which Artifact Hub finds the layer; the config does not count (artifacthub/hub, internal/repo/manager.go). */
export const ARTIFACT_HUB_LAYER_TYPE =
  'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml'
/** Real ones have a few hundred bytes; Artifact Hub reads it into memory. */
export const LARGEST_METADATA_BYTES = 1024 * 1024

/** The metadata of a repository for Artifact Hub: artifacthub-repo.yml. */
export interface ArtifactHubMetadata {
  /** By which Artifact Hub knows a verified publisher. */
  readonly repositoryID: string | undefined
  /** Who may claim the repository. */
  readonly owners: readonly ArtifactHubOwner[]
  /** What Artifact Hub would not understand, as it reads after the name of the file. */
  readonly faults: readonly string[]
}

interface ArtifactHubOwner {
  readonly name: string | undefined
  readonly email: string | undefined
}

/** Reads artifacthub-repo.yml; the reason, as it reads after the name of the file, where it is none at all. */
export function readArtifactHubMetadata(bytes: Buffer): ArtifactHubMetadata | string {
  if (bytes.length > LARGEST_METADATA_BYTES) {
    return `has ${bytes.length} bytes; ${LARGEST_METADATA_BYTES} are the limit`
  }
  const root = readMapping(bytes)
  if (typeof root === 'string') return root
  return {
    repositoryID: textOf(root.get('repositoryID')),
    owners: ownersIn(root.get('owners')),
    faults: [
      ...unknownFaults(root),
      ...repositoryFaults(root.get('repositoryID')),
      ...listFaults(root, 'owners', ['email']),
      ...listFaults(root, 'ignore', ['name'])
    ]
  }
}

type Mapping = ReadonlyMap<string, YamlValue>

/** docs/metadata/artifacthub-repo.yml of Artifact Hub. */
const KEYS = ['repositoryID', 'owners', 'ignore']
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function readMapping(bytes: Buffer): Mapping | string {
  try {
    const value = readYaml(bytes)
    if (value.kind !== 'map') return 'is not a mapping'
    return value.entries
  } catch (error) {
    if (error instanceof YamlError) return `is not YAML: ${error.message}`
    throw error
  }
}

function ownersIn(list: YamlValue | undefined): readonly ArtifactHubOwner[] {
  if (list?.kind !== 'list') return []
  return list.items.flatMap((item) => {
    if (item.kind !== 'map') return []
    return [{ name: textOf(item.entries.get('name')), email: textOf(item.entries.get('email')) }]
  })
}

function textOf(value: YamlValue | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined
}

function unknownFaults(root: Mapping): readonly string[] {
  const unknown = [...root.keys()].filter((key) => !KEYS.includes(key))
  if (unknown.length > 0) return [`has the key "${unknown[0]}", which Artifact Hub does not know`]
  const isEmpty = !root.has('repositoryID') && !root.has('owners')
  return isEmpty ? ['has neither `repositoryID` nor `owners`'] : []
}

function repositoryFaults(value: YamlValue | undefined): readonly string[] {
  if (value === undefined || UUID.test(textOf(value) ?? '')) return []
  return ['has a `repositoryID` that is not a UUID; Artifact Hub shows it in its control panel']
}

/** A list of mappings, each with texts for some keys at least. */
function listFaults(root: Mapping, key: string, needed: readonly string[]): readonly string[] {
  const list = root.get(key)
  if (list === undefined) return []
  if (list.kind !== 'list') return [`has \`${key}\`, which is not a list`]
  return list.items.flatMap((item, index) => {
    const missing = needed.filter((name) => {
      return !(item.kind === 'map' && textOf(item.entries.get(name)))
    })
    return missing.map((name) => `has no \`${name}\` in entry ${index + 1} of \`${key}\``)
  })
}
