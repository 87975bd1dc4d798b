// Signs with a real Rekor v1 (Trillian over MariaDB) and has the bundles verified by cosign, of any versions. Run by hand:
//   node scripts/rekor-v1.ts FOLDER MYSQL_URI COSIGN...
// FOLDER has trillian_log_server and trillian_log_signer (github.com/google/trillian v1.7.3, cmd/) and rekor-server
// (github.com/sigstore/rekor v1.5.2, cmd/), MYSQL_URI (`user:password@tcp(127.0.0.1:3306)/trillian`) is a database with the
// tables of trillian's storage/mysql/schema/storage.sql, each COSIGN is the path of one.
import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRegistryServer } from '../__tests__/support/registry/registry-servers.ts'
import {
  freePort,
  type RunningServer,
  startServer
} from '../__tests__/support/registry/server-processes.ts'
import { accessForTests } from '../__tests__/support/sigstore/access.ts'
import { openRegistry } from '../__tests__/support/sigstore/attach.ts'
import {
  type SigstoreStand,
  servicesOf,
  startSigstore
} from '../__tests__/support/sigstore/stand.ts'
import { type Artifact, blobOf } from '../src/oci/spec/blob.ts'
import { signPayload } from '../src/sigstore/dsse.ts'
import { takeIdentitySources } from '../src/sigstore/identity-sources.ts'
import { addToRekorV1 } from '../src/sigstore/rekor-v1.ts'
import { ServiceClient } from '../src/sigstore/service-client.ts'
import { Signer } from '../src/sigstore/signer.ts'
import { provenanceStatement, signatureStatement } from '../src/sigstore/statement.ts'
import { readTrustedRoots } from '../src/sigstore/trusted-root.ts'

const LOG_NAME = 'rekor1-local'
const SERVER = 'https://github.com'
const WORKFLOW = `${SERVER}/acme/charts/.github/workflows/release.yml@refs/heads/main`
const [programs = '', mysql = '', ...cosigns] = process.argv.slice(2)
const running: { stop(): Promise<void> }[] = []
const folder = await mkdtemp(join(tmpdir(), 'phc-rekor1-'))

try {
  const stand = await startSigstore(join(folder, 'sigstore'))
  running.push(stand)
  const rekor = await startRekorV1()
  const trustedRoot = await makeTrustedRoot(stand, rekor)
  await addTwice(rekor)
  const ref = await publishSigned(stand, rekor, trustedRoot)
  for (const cosign of cosigns) verify(cosign, { stand, trustedRoot, ref })
} finally {
  await Promise.all(running.map((server) => server.stop()))
  await rm(folder, { recursive: true, force: true })
}

async function startProgram(
  name: string,
  args: readonly string[],
  port: number
): Promise<RunningServer> {
  const server = await startServer(join(programs, name), args, { port })
  running.push(server)
  return server
}

async function startRekorV1(): Promise<URL> {
  const [rpc, http, signerRpc, signerHttp, port] = await Promise.all([1, 2, 3, 4, 5].map(freePort))
  const storage = [`--mysql_uri=${mysql}`, '--storage_system=mysql', '--quota_system=noop']
  const at = (endpoint?: number, web?: number) => {
    return [`--rpc_endpoint=127.0.0.1:${endpoint}`, `--http_endpoint=127.0.0.1:${web}`]
  }
  await startProgram('trillian_log_server', [...storage, ...at(rpc, http)], rpc ?? 0)
  const sequencer = ['--force_master', '--sequencer_interval=200ms']
  await startProgram(
    'trillian_log_signer',
    [...storage, ...sequencer, ...at(signerRpc, signerHttp)],
    signerHttp ?? 0
  )
  const serve = ['serve', '--host', '127.0.0.1', '--port', `${port}`, '--enable_retrieve_api=false']
  const key = ['--rekor_server.hostname', LOG_NAME, '--rekor_server.signer', 'memory']
  const trillian = ['--trillian_log_server.address=127.0.0.1', `--trillian_log_server.port=${rpc}`]
  await startProgram('rekor-server', [...serve, ...key, ...trillian], port ?? 0)
  return new URL(`http://127.0.0.1:${port}`)
}

/** That of the stand, with the log of this script in place of its own. */
async function makeTrustedRoot({ fulcio, timestamp }: SigstoreStand, rekor: URL): Promise<string> {
  const keys = join(folder, 'sigstore')
  const key = await fetch(new URL('/api/v1/log/publicKey', rekor))
  await writeFile(join(keys, 'rekor1.pub'), await key.text())
  const out = join(folder, 'trusted-root.json')
  const start = 'start-time=2020-01-01T00:00:00Z'
  const args = [
    ['trusted-root', 'create', '--out', out],
    [`--fulcio=url=${fulcio.origin},certificate-chain=root.pem`],
    [`--ctfe=url=http://ct.local,public-key=ct.pub,${start}`],
    [`--tsa=url=${timestamp.href},certificate-chain=tsa.pem`],
    [`--rekor=url=http://${LOG_NAME},public-key=rekor1.pub,${start}`]
  ]
  execFileSync(cosigns[0] ?? 'cosign', args.flat(), { cwd: keys, stdio: 'pipe' })
  return out
}

async function publishSigned(stand: SigstoreStand, rekor: URL, root: string): Promise<string> {
  const server = await startRegistryServer('distribution', folder)
  running.push(server)
  const registry = openRegistry(server.host)
  const access = accessForTests()
  const roots = await readTrustedRoots(root, access.signal)
  const sources = takeIdentitySources({ ...stand.issuer.variables }, access.secrets)
  const services = { ...servicesOf(stand), logs: [{ url: rekor, version: 1 }] } as const
  const signer = new Signer({ kind: 'keyless', sources, services }, { access, roots })
  const artifact = anyArtifact()
  await registry.push(artifact)
  const subject = { name: `${server.host}/team/demo`, digest: artifact.manifest.digest }
  const { identity } = await signer.prepare()
  if (!identity) throw new Error('there is no token')
  const statements = [signatureStatement(subject), provenanceStatement(subject, identity, SERVER)]
  for (const { bundle, statement, facts } of await Promise.all(
    statements.map((one) => signer.sign(one))
  )) {
    await registry.attach(artifact, bundle, statement.predicateType)
    say(
      `signed and verified: ${facts.predicateType} in ${facts.logs.join(', ')}, ${bundle.length} bytes`
    )
  }
  for (const line of access.logger.lines) say(`  ${line}`)
  await Promise.all([signer.close(), registry.close()])
  return registry.refOf(artifact)
}

/** A request whose answer was lost is made again: the log then says where the entry is. */
async function addTwice(log: URL): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const envelope = signPayload(Buffer.from('{}'), privateKey)
  const signature = { envelope, verifier: { kind: 'key', publicKey } } as const
  const access = accessForTests()
  const client = new ServiceClient(access)
  const first = await addToRekorV1(client, { log, signature }, access)
  const second = await addToRekorV1(client, { log, signature }, access)
  await client.close()
  const isSame = first['canonicalizedBody'] === second['canonicalizedBody']
  say(`the same signature again: ${isSame ? 'the same entry' : 'another entry'}`)
  for (const line of access.logger.lines) say(`  ${line}`)
}

function anyArtifact(): Artifact {
  const config = blobOf('application/vnd.test.config', Buffer.from('{}'))
  const { mediaType, digest, size } = config
  const type = 'application/vnd.oci.image.manifest.v1+json'
  const content = {
    schemaVersion: 2,
    mediaType: type,
    config: { mediaType, digest, size },
    layers: []
  }
  return { config, layers: [], manifest: blobOf(type, Buffer.from(JSON.stringify(content))) }
}

interface Published {
  readonly stand: SigstoreStand
  readonly trustedRoot: string
  readonly ref: string
}

function verify(cosign: string, { stand, trustedRoot, ref }: Published): void {
  const who = ['--certificate-identity', WORKFLOW, '--certificate-oidc-issuer', stand.issuer.url]
  const more = ['--trusted-root', trustedRoot, '--allow-http-registry', ...who, ref]
  for (const command of [['verify'], ['verify-attestation', '--type', 'slsaprovenance1']]) {
    const { status, stderr } = spawnSync(cosign, [...command, ...more], { encoding: 'utf8' })
    say(`${cosign} ${command[0]}: ${status === 0 ? 'accepted' : `refused: ${stderr}`}`)
    if (status !== 0) process.exitCode = 1
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
