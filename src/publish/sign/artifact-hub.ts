import { YamlError, type YamlValue } from '../../chart/yaml/node.ts'
import { readYaml } from '../../chart/yaml/read-yaml.ts'
import { type Artifact, blobOf } from '../../oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { Failure, failureOf, type Problem } from '../../shared/failure.ts'
import { readFault, readInputFile } from '../../shared/input-file.ts'
import { input } from '../../shared/input-name.ts'

const CONFIG_TYPE = 'application/vnd.cncf.artifacthub.config.v1+yaml'
const LAYER_TYPE = 'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml'
const TITLE = 'org.opencontainers.image.title'
const FILE_NAME = 'artifacthub-repo.yml'
/** Real ones have a few hundred bytes; Artifact Hub reads it into memory. */
const LARGEST_BYTES = 1024 * 1024
const NAME = '{{name}}'

/** The metadata of Artifact Hub for the repositories of a run's charts: each file is read and checked once. */
export class ArtifactHubFiles {
  readonly #path: string | undefined
  readonly #signal: AbortSignal
  readonly #artifacts = new Map<string, Promise<Artifact>>()

  /** @param path of the file, with `{{name}}` for the name of the chart; undefined where there is none */
  constructor(path: string | undefined, signal: AbortSignal) {
    this.#path = path
    this.#signal = signal
  }

  /** The artifact for the repository of a chart; undefined where there is none. @throws Failure usage */
  async of(chart: string): Promise<Artifact | undefined> {
    if (this.#path === undefined) return undefined
    const path = this.#path.replaceAll(NAME, () => chart)
    const artifact = this.#artifacts.get(path) ?? readArtifact(path, this.#signal)
    this.#artifacts.set(path, artifact)
    return artifact
  }

  /** Reads the files of all charts, before anything is sent. @throws Failure usage, with all that is wrong */
  async check(charts: readonly string[]): Promise<void> {
    const results = await Promise.allSettled([...new Set(charts)].map((chart) => this.of(chart)))
    const failures = results.flatMap((result) => {
      return result.status === 'rejected' ? [result.reason] : []
    })
    const bug = failures.find((error) => !(error instanceof Failure))
    if (bug !== undefined) throw bug
    if (failures.length > 0) throw failureOf('usage', failures)
  }
}

async function readArtifact(path: string, signal: AbortSignal): Promise<Artifact> {
  const bytes = await readInputFile(path, { signal }).catch((error: unknown) => {
    signal.throwIfAborted()
    const message = `${input('artifacthub-repo')} names "${path}", which cannot be read: ${readFault(error)}.`
    const fix = `Correct the path; \`${NAME}\` in it stands for the name of the chart.`
    throw new Failure('usage', { message, fix }, error)
  })
  const problems = problemsIn(bytes, path)
  if (problems.length > 0) throw failureOf('usage', problems)
  return artifactOf(bytes)
}

/** Without the time of its creation, so that the same file is the same digest. */
function artifactOf(bytes: Buffer): Artifact {
  const config = blobOf(CONFIG_TYPE, Buffer.from('{}'))
  const layer = blobOf(LAYER_TYPE, bytes)
  const descriptor = ({ mediaType, digest, size }: typeof config) => ({ mediaType, digest, size })
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor(config),
    layers: [{ ...descriptor(layer), annotations: { [TITLE]: FILE_NAME } }]
  }
  return {
    config,
    layers: [layer],
    manifest: blobOf(OCI_MANIFEST, Buffer.from(JSON.stringify(manifest)))
  }
}

/** What Artifact Hub would not understand (docs/metadata/artifacthub-repo.yml). */
function problemsIn(bytes: Buffer, path: string): readonly Problem[] {
  if (bytes.length > LARGEST_BYTES) {
    return [unusable(path, `has ${bytes.length} bytes; ${LARGEST_BYTES} are the limit`)]
  }
  const root = readMapping(bytes)
  if (typeof root === 'string') return [unusable(path, root)]
  const faults = [
    ...unknownFaults(root),
    ...repositoryFaults(root.get('repositoryID')),
    ...listFaults(root, 'owners', ['email']),
    ...listFaults(root, 'ignore', ['name'])
  ]
  return faults.map((fault) => unusable(path, fault))
}

type Mapping = ReadonlyMap<string, YamlValue>

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

function unknownFaults(root: Mapping): readonly string[] {
  const unknown = [...root.keys()].filter((key) => !KEYS.includes(key))
  if (unknown.length > 0) return [`has the key "${unknown[0]}", which Artifact Hub does not know`]
  const isEmpty = !root.has('repositoryID') && !root.has('owners')
  return isEmpty ? ['has neither `repositoryID` nor `owners`'] : []
}

function repositoryFaults(value: YamlValue | undefined): readonly string[] {
  if (value === undefined || (value.kind === 'string' && UUID.test(value.value))) return []
  return ['has a `repositoryID` that is not a UUID; Artifact Hub shows it in its control panel']
}

/** A list of mappings, each with texts for some keys at least. */
function listFaults(root: Mapping, key: string, needed: readonly string[]): readonly string[] {
  const list = root.get(key)
  if (list === undefined) return []
  if (list.kind !== 'list') return [`has \`${key}\`, which is not a list`]
  return list.items.flatMap((item, index) => {
    const missing = needed.filter((name) => {
      const value = item.kind === 'map' ? item.entries.get(name) : undefined
      return value?.kind !== 'string' || value.value === ''
    })
    return missing.map((name) => `has no \`${name}\` in entry ${index + 1} of \`${key}\``)
  })
}

function unusable(path: string, fault: string): Problem {
  const message = `"${path}" (${input('artifacthub-repo')}) ${fault}.`
  return { message, fix: 'Correct the file as Artifact Hub documents artifacthub-repo.yml.' }
}
