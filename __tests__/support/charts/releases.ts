import { readdir } from 'node:fs/promises'
import { digestOf } from '../../../src/oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'
import type { PublicationJson } from '../../../src/publish/model/publication-json.ts'
import type { Exchange } from '../network/watched-proxy.ts'
import { environmentIn, type ProgramOptions, run, runCli } from '../program.ts'
import type { Workspace } from '../workspace.ts'

export interface Released {
  readonly code: number | null
  readonly stderr: string
  readonly results: readonly PublicationJson[]
  /** Of the run as a whole, where nothing could be planned. */
  readonly error: PublicationJson['error']
}

/** Publishes by the built command, with `--json`, to `host/path` of each target; dated, so that it can be repeated. */
export async function release(
  workspace: Workspace,
  targets: readonly string[],
  args: readonly string[],
  options: ProgramOptions = {}
): Promise<Released> {
  const registries = targets.map((target) => `--registry=${target}`)
  const flags = [...registries, '--plain-http', '--source-date-epoch=1704164645', '--json']
  const { code, stdout, stderr } = await runCli(workspace, ['publish', ...args, ...flags], options)
  const { results = [], error = null } = stdout === '' ? {} : JSON.parse(stdout)
  return { code, stderr, results, error }
}

/** `status status …`, in the order of the results. */
export function statuses({ results }: Released): string {
  return results.map(({ status }) => status).join(' ')
}

/** Packages with a helm of one's choice. Returns the path of the archive, in a folder of the workspace. */
export async function packageWith(
  helm: string,
  workspace: Workspace,
  {
    chart,
    folder,
    args = []
  }: { readonly chart: string; readonly folder: string; readonly args?: readonly string[] }
): Promise<string> {
  const destination = workspace.path(folder)
  const { code, stderr } = await run(
    helm,
    ['package', workspace.path(chart), '--destination', destination, ...args],
    { environment: environmentIn(workspace) }
  )
  if (code !== 0) throw new Error(stderr)
  const [archive] = (await readdir(destination)).filter((name) =>
    name.startsWith(`${chart.split('/').at(-1)}-`)
  )
  return `${destination}/${archive}`
}

/** The digest of what a tag shows, asked for at the registry itself; undefined when it shows nothing. */
export async function tagDigest(repository: string, tag: string): Promise<string | undefined> {
  const manifest = await manifestAt(repository, tag)
  return manifest && digestOf(manifest)
}

/** Whether all blobs are there that the manifest of a tag names. */
export async function isWhole(repository: string, tag: string): Promise<boolean> {
  const manifest = await manifestAt(repository, tag)
  const { config, layers } = JSON.parse(String(manifest))
  const [host, ...path] = repository.split('/')
  const answers = await Promise.all(
    [config, ...layers].map(({ digest }) => {
      return fetch(`http://${host}/v2/${path.join('/')}/blobs/${digest}`).then(async (response) => {
        return response.ok && digestOf(Buffer.from(await response.arrayBuffer())) === digest
      })
    })
  )
  return answers.every(Boolean)
}

async function manifestAt(repository: string, tag: string): Promise<Buffer | undefined> {
  const [host, ...path] = repository.split('/')
  const url = `http://${host}/v2/${path.join('/')}/manifests/${tag}`
  const response = await fetch(url, { headers: { accept: OCI_MANIFEST } })
  const body = Buffer.from(await response.arrayBuffer())
  if (response.status === 404) return undefined
  if (!response.ok) throw new Error(`${url}: ${response.status} ${body}`)
  return body
}

/** The manifests that were written, as `path digest`. */
export function manifestsWritten(exchanges: readonly Exchange[]): readonly string[] {
  return exchanges
    .filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/'))
    .map(({ path, digest }) => `${path} ${digest}`)
}
