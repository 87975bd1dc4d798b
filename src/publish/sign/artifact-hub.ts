import {
  ARTIFACT_HUB_LAYER_TYPE,
  readArtifactHubMetadata
} from '../../artifact/artifact-hub-metadata.ts'
import { type Artifact, blobOf } from '../../oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { Failure, failureOf, type Problem } from '../../shared/failure.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { readInputFile } from '../../shared/input-file.ts'
import { input } from '../../shared/input-name.ts'

const CONFIG_TYPE = 'application/vnd.cncf.artifacthub.config.v1+yaml'
const TITLE = 'org.opencontainers.image.title'
const FILE_NAME = 'artifacthub-repo.yml'
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
    const message = `${input('artifacthub-repo')} names "${path}", which cannot be read: ${fileFault(error)}.`
    const fix = `Correct the path; \`${NAME}\` in it is replaced by the name of the chart.`
    throw new Failure('usage', { message, fix }, error)
  })
  const problems = problemsIn(bytes, path)
  if (problems.length > 0) throw failureOf('usage', problems)
  return artifactOf(bytes)
}

/** Without the time of its creation, so that the same file is the same digest. */
function artifactOf(bytes: Buffer): Artifact {
  const config = blobOf(CONFIG_TYPE, Buffer.from('{}'))
  const layer = blobOf(ARTIFACT_HUB_LAYER_TYPE, bytes)
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

/** What Artifact Hub would not understand. */
function problemsIn(bytes: Buffer, path: string): readonly Problem[] {
  const read = readArtifactHubMetadata(bytes)
  const faults = typeof read === 'string' ? [read] : read.faults
  return faults.map((fault) => unusable(path, fault))
}

function unusable(path: string, fault: string): Problem {
  const message = `"${path}" (${input('artifacthub-repo')}) ${fault}.`
  return { message, fix: 'Correct the file as Artifact Hub documents artifacthub-repo.yml.' }
}
