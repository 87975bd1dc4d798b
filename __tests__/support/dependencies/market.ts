import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toolPath } from '../../../scripts/tools.mjs'
import { Authority, type Identity } from '../network/certificates.ts'
import { startDockerAuth, WRITER } from '../registry/docker-auth.ts'
import { type AuthConfig, startRegistryServer } from '../registry/registry-servers.ts'
import type { Workspace } from '../workspace.ts'
import { ChartServer } from './chart-server.ts'
import { type HelmHome, helm } from './helm.ts'
import { LIBRARIES, type Library } from './libraries.ts'

/** Of every archive that helm makes in these tests, unless another time is wanted. */
export const EPOCH = '1704164645'

/** What charts depend on: repositories over https and registries, private and public, by the names of cases. */
export class Market {
  readonly #workspace: Workspace
  readonly #running: { stop(): Promise<void> }[] = []
  readonly urls = new Map<string, string>()
  readonly authority: Authority
  readonly client: Identity
  readonly servers = new Map<string, ChartServer>()

  private constructor(workspace: Workspace) {
    this.#workspace = workspace
    this.authority = new Authority(workspace)
    this.client = this.authority.issue('client of tests')
  }

  static async open(workspace: Workspace): Promise<Market> {
    const market = new Market(workspace)
    await market.#startServers()
    await Promise.all([market.#startRegistry('HTPASSWD'), market.#startRegistry('TOKENS')])
    await market.#fill()
    return market
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((server) => server.stop()))
  }

  /** A text with URLs in the place of the names of repositories. */
  fill(text: string): string {
    return text.replace(/\b[A-Z]{4,}\b/g, (name) => this.urls.get(name) ?? name)
  }

  /** Hosts, with ports, that want a login. */
  get privateHosts(): readonly string[] {
    return ['BASIC', 'HTPASSWD', 'TOKENS'].map((name) => {
      return new URL((this.urls.get(name) ?? '').replace('oci:', 'https:')).host
    })
  }

  async #startServers(): Promise<void> {
    const names = 'IP:127.0.0.1,DNS:localhost'
    const { cert, key } = this.authority.issue('server of tests', { names })
    const ca = this.authority.root.cert
    const demanding = { cert, key, ca, requestCert: true, rejectUnauthorized: true }
    const start = async (name: string, options: Parameters<typeof ChartServer.start>[1]) => {
      const server = await ChartServer.start(this.#workspace.path('site'), options)
      this.#running.push(server)
      this.servers.set(name, server)
      return server
    }
    const open = await start('open', { tls: { cert, key } })
    const plain = await start('plain', {})
    const basic = await start('basic', { tls: { cert, key }, login: WRITER })
    const mutual = await start('mutual', { tls: demanding })
    this.urls.set('PUBLIC', open.at('/charts'))
    this.urls.set('LOCALHOST', open.at('/charts', 'localhost'))
    this.urls.set('ABSOLUTE', open.at('/absolute/'))
    this.urls.set('JSON', open.at('/json'))
    this.urls.set('ODDNAMES', open.at('/odd'))
    this.urls.set('LINKED', open.at('/linked'))
    this.urls.set('QUERY', `${open.at('/charts')}?branch=main`)
    this.urls.set('PLAIN', plain.at('/charts'))
    this.urls.set('BASIC', basic.at('/charts', 'localhost'))
    this.urls.set('MUTUAL', mutual.at('/charts'))
  }

  async #startRegistry(name: 'HTPASSWD' | 'TOKENS'): Promise<void> {
    const names = 'IP:127.0.0.1,DNS:localhost'
    const tls = this.authority.issue(`registry ${name}`, { names })
    const auth = name === 'TOKENS' ? await this.#tokenAuth(tls) : await this.#passwordAuth()
    const folder = this.#workspace.path()
    const registry = await startRegistryServer('distribution', folder, { auth, tls })
    this.#running.push(registry)
    const host = name === 'TOKENS' ? registry.host.replace('127.0.0.1', 'localhost') : registry.host
    this.urls.set(name, `oci://${host}/team`)
  }

  async #passwordAuth(): Promise<AuthConfig> {
    const path = this.#workspace.path('htpasswd')
    await writeFile(path, `${WRITER.username}:${WRITER.hash}\n`)
    return { kind: 'htpasswd', path }
  }

  async #tokenAuth(tls: Identity): Promise<AuthConfig> {
    const server = await startDockerAuth(this.#workspace.path(), tls)
    this.#running.push(server)
    const realm = `https://localhost:${server.port}/auth`
    return { kind: 'token', realm, rootCertBundle: server.certificate }
  }

  /** Packages all libraries, pushes them to both registries, and writes the indexes of all repositories. */
  async #fill(): Promise<void> {
    const charts = this.#workspace.path('site/charts')
    const home = await this.helmHome(toolPath('helm'), 'filling')
    await mkdir(charts, { recursive: true })
    for (const library of LIBRARIES) await this.#pack(library, charts, home)
    const archives = await readdir(charts)
    const pushes = archives.flatMap((name) => {
      return ['HTPASSWD', 'TOKENS'].map((to) => ['push', join(charts, name), this.fill(to)])
    })
    for (let at = 0; at < pushes.length; at += 4) {
      await Promise.all(pushes.slice(at, at + 4).map((args) => helm(toolPath('helm'), args, home)))
    }
    await this.#writeIndexes(charts, home)
  }

  async #pack({ name, version, files, keeps }: Library, charts: string, home: HelmHome) {
    const folder = await this.#workspace.write(`libraries/${name}-${version}`, files)
    for (const archive of keeps) {
      await mkdir(join(folder, 'charts'), { recursive: true })
      await helm(
        toolPath('helm'),
        ['package', folder.replace(/[^/]+$/, archive), '-d', join(folder, 'charts')],
        home
      )
    }
    await helm(toolPath('helm'), ['package', folder, '-d', charts], home)
  }

  async #writeIndexes(charts: string, home: HelmHome): Promise<void> {
    const index = (folder: string, ...more: readonly string[]) => {
      return helm(toolPath('helm'), ['repo', 'index', folder, ...more], home)
    }
    await index(charts)
    const site = this.#workspace.path('site')
    for (const folder of ['absolute', 'json', 'odd']) {
      await cp(charts, join(site, folder), { recursive: true })
      await rm(join(site, folder, 'index.yaml'))
    }
    await index(join(site, 'absolute'), '--url', this.servers.get('open')?.at('/charts') ?? '')
    await index(join(site, 'json'), '--json')
    await rename(join(site, 'odd/alpha-1.2.3.tgz'), join(site, 'odd/zz-last.1.tgz'))
    await rename(join(site, 'odd/beta-1.0.0.tgz'), join(site, 'odd/Later beta.tgz'))
    await index(join(site, 'odd'))
    const entry = (name: string, version: string, registry: string) => {
      const url = `${this.fill(registry)}/${name}:${version}`
      return [name, [{ apiVersion: 'v2', name, version, urls: [url] }]]
    }
    const entries = [entry('alpha', '1.2.3', 'HTPASSWD'), entry('beta', '1.0.0', 'TOKENS')]
    const linked = { apiVersion: 'v1', entries: Object.fromEntries(entries) }
    await this.#workspace.write('site/linked', { 'index.yaml': JSON.stringify(linked) })
  }

  /** A private home for a helm that knows all repositories and has all logins. */
  async helmHome(program: string, name: string): Promise<HelmHome> {
    const folder = this.#workspace.path('homes', name)
    await mkdir(folder, { recursive: true })
    const home: HelmHome = {
      folder,
      environment: {
        PATH: '/usr/bin:/bin',
        HOME: folder,
        HELM_NO_PLUGINS: '1',
        SSL_CERT_FILE: this.authority.root.certFile,
        SOURCE_DATE_EPOCH: EPOCH,
        TZ: 'UTC'
      }
    }
    const { username, password } = WRITER
    for (const host of this.privateHosts.slice(1)) {
      const args = ['registry', 'login', host, '--username', username, '--password-stdin']
      await helm(program, args, home, password)
    }
    return home
  }

  /** Adds every repository to a home, as users do before `helm dependency build`. */
  async addRepositories(program: string, home: HelmHome): Promise<void> {
    const { username, password } = WRITER
    const classic = [...this.urls].filter(([, url]) => url.startsWith('http'))
    for (const [name, url] of classic) {
      const { certFile, keyFile } = this.client
      const extra =
        name === 'BASIC'
          ? ['--username', username, '--password', password]
          : name === 'MUTUAL'
            ? ['--cert-file', certFile, '--key-file', keyFile]
            : []
      const ca = url.startsWith('https') ? ['--ca-file', this.authority.root.certFile] : []
      await helm(program, ['repo', 'add', name.toLowerCase(), url, ...extra, ...ca], home)
    }
  }
}
