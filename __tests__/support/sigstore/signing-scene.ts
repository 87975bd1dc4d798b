import { writeFile } from 'node:fs/promises'
import { archiveOf } from '../charts/archives.ts'
import { type Released, release } from '../charts/releases.ts'
import type { ProgramOptions } from '../program.ts'
import { TestRegistry } from '../registry/registry.ts'
import { sha256 } from '../registry/registry-store.ts'
import { Workspace } from '../workspace.ts'
import { FakeService, type SeenRequest } from './fake-service.ts'
import { FakeSigstore, trustedRootOf } from './fake-sigstore.ts'
import { FakeTimestampAuthority } from './fake-timestamp.ts'
import { REQUEST_TOKEN } from './issuer.ts'
import { writeSigningConfig } from './signing-config-file.ts'

export const GITHUB_TOKEN = 'github-token-of-the-job-0123456789'
const REPOSITORY = 'charts/demo'

/** Which services sign: of the version of Rekor, and with a timestamp authority beside it. */
export type Services = 'rekor v1' | 'rekor v1 and timestamps' | 'rekor v2'

export interface SceneRun extends ProgramOptions {
  /** Archives in the workspace; that of the chart `demo` unless given. */
  readonly charts?: readonly string[]
  readonly services?: Services
  /** Whether the chart is signed; it is unless given. */
  readonly signs?: boolean
  /** Whether provenance is attested, and stored at GitHub. */
  readonly attests?: boolean
  readonly flags?: readonly string[]
}

/** A job of GitHub that publishes and signs a chart, with all services of it in this process. */
export class SigningScene {
  readonly sigstore = new FakeSigstore()
  readonly issuer = new FakeService(() => ({ status: 200, body: { value: this.#token } }))
  readonly timestamp = new FakeService((request) => this.#timestamps.answer(request))
  /** Stores attestations, and lists them without their bundles. */
  readonly github = new FakeService((request) => this.#attestations(request))
  /** Where redirects lead to. */
  readonly elsewhere = new FakeService(() => ({ status: 200, body: {} }))
  readonly workspace = new Workspace()
  readonly #timestamps = new FakeTimestampAuthority()
  #registry: TestRegistry | undefined
  #token = ''
  #stored = 0

  static async open(): Promise<SigningScene> {
    const scene = new SigningScene()
    const { sigstore, issuer, timestamp, github, elsewhere, workspace } = scene
    await workspace.open()
    await sigstore.start()
    const others = [issuer, timestamp, github, elsewhere].map((service) => service.start())
    await Promise.all(others)
    scene.#registry = await TestRegistry.start()
    scene.#token = sigstore.issuer.token()
    await writeFile(workspace.path('demo.tgz'), archiveOf())
    await scene.#writeRoot()
    const urls = { fulcio: sigstore.fulcio.url, rekor: sigstore.rekor.url }
    const dated = { ...urls, timestamp: timestamp.url }
    await writeSigningConfig(workspace.path('rekor v1.json'), urls, 1)
    await writeSigningConfig(workspace.path('rekor v1 and timestamps.json'), dated, 1)
    await writeSigningConfig(workspace.path('rekor v2.json'), dated, 2)
    return scene
  }

  get registry(): TestRegistry {
    if (!this.#registry) throw new Error('nothing was started')
    return this.#registry
  }

  /** All that nobody may see. */
  get secrets(): readonly string[] {
    return [this.#token, REQUEST_TOKEN, GITHUB_TOKEN]
  }

  /** The attestations that GitHub has. */
  get stored(): number {
    return this.#stored
  }

  /** Publishes charts by the built command. */
  publish(run: SceneRun = {}): Promise<Released> {
    const { charts = ['demo.tgz'], flags = [], ...others } = run
    const { services = 'rekor v1', signs = true, attests, ...options } = others
    const config = [`--sigstore=${services}.json`, '--trusted-root=root.json']
    const signing = ['--sign=keyless', ...config]
    const attesting = ['--attest=provenance', '--github-attestation=true']
    const trust = [...(signs ? signing : []), ...(attests ? attesting : [])]
    const all = [...charts, ...trust, ...flags]
    const environment = { ...this.environment, ...options.environment }
    return release(this.workspace, [`${this.registry.host}/charts`], all, {
      ...options,
      environment
    })
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_API_URL: this.github.url.origin,
      GITHUB_REPOSITORY: 'acme/charts',
      PUBLISH_HELM_CHART_GITHUB_TOKEN: GITHUB_TOKEN,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${this.issuer.url.origin}/the-path-of-the-job/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN
    }
  }

  /** What the tag of the version shows; undefined where it shows nothing. */
  get tagged(): string | undefined {
    const manifest = this.registry.store.manifest(REPOSITORY, '1.2.3')
    return manifest && sha256(manifest)
  }

  /** The digests that are attached to what the version shows, by the tag schema. */
  get attached(): readonly string[] {
    const index = this.registry.store.manifest(REPOSITORY, `${this.tagged}`.replace(':', '-'))
    const { manifests } = JSON.parse(index?.toString() ?? '{"manifests":[]}')
    return manifests.map(({ digest }: { digest: string }) => digest)
  }

  /** The timestamp for a request of one's own. */
  timestampFor(body: string) {
    return this.#timestamps.answer({ body })
  }

  async close(): Promise<void> {
    const { sigstore, issuer, timestamp, github, elsewhere } = this
    const services = [sigstore, issuer, timestamp, github, elsewhere, this.#registry]
    await Promise.all(services.map((service) => service?.stop()))
    this.#timestamps.remove()
    await this.workspace.close()
  }

  async #writeRoot(): Promise<void> {
    const { authority, log, fulcio } = this.sigstore
    const root = trustedRootOf(authority, log, fulcio.url.origin)
    const timestampAuthorities = [this.#timestamps.rootEntry(this.timestamp.url.href)]
    const json = JSON.stringify({ ...root, timestampAuthorities })
    await writeFile(this.workspace.path('root.json'), json)
  }

  #attestations({ method }: SeenRequest) {
    if (method === 'GET') {
      const one = { bundle_url: 'https://elsewhere.test/bundle', bundle: null }
      const attestations = Array.from({ length: this.#stored }, () => one)
      return { status: 200, body: { attestations } }
    }
    this.#stored += 1
    return { status: 201, body: { id: this.#stored } }
  }
}

/** All that a run says, to people and to programs. */
export function saidBy({ stderr, results, error }: Released): string {
  return `${stderr}${JSON.stringify({ results, error })}`
}
