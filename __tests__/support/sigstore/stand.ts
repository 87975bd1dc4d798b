// Without Jest, so that scripts can use it too.
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { toolPath } from '../../../scripts/tools.mjs'
import type { SigningServices } from '../../../src/sigstore/signing-services.ts'
import { freePort, type RunningServer, startServer } from '../registry/server-processes.ts'
import { type Issuer, startIssuer } from './issuer.ts'

/** An instance of Sigstore on loopback: real services, with keys of the test. */
export interface SigstoreStand {
  readonly issuer: Issuer
  readonly fulcio: URL
  /** A Rekor v2. */
  readonly rekor: URL
  /** The endpoint of the timestamp authority. */
  readonly timestamp: URL
  /** A file as `cosign trusted-root create` makes it. */
  readonly trustedRoot: string
  /** What the services have logged. */
  log(): string
  stop(): Promise<void>
}

/** The services of a stand that sign. */
export function servicesOf({ fulcio, rekor, timestamp }: SigstoreStand): SigningServices {
  return {
    name: 'the services of this test',
    authority: fulcio,
    logs: [{ url: rekor, version: 2 }],
    timestampAuthorities: [timestamp]
  }
}

/** Logs and certificates of a test begin in the past of its clock. */
const START = 'start-time=2020-01-01T00:00:00Z'
/** The name in the checkpoints of the log, which the trusted root has as its address. */
const LOG_NAME = 'rekor-local'

/** Starts an issuer of tokens, a Fulcio with a log of certificates, a Rekor v2 and a timestamp authority. */
export async function startSigstore(folder: string): Promise<SigstoreStand> {
  await mkdir(folder, { recursive: true })
  makeKeys(folder)
  const started: RunningServer[] = []
  const issuer = await startIssuer()
  try {
    const place = { folder, started, issuer }
    const certificateLog = await startCertificateLog(place)
    const fulcio = await startFulcio(place, certificateLog)
    const rekor = await startRekor(place)
    const timestamp = await startTimestampServer(place)
    const trustedRoot = await makeTrustedRoot(folder, { certificateLog, fulcio, timestamp })
    const log = () => started.map((server) => server.log()).join('\n')
    return { issuer, fulcio, rekor, timestamp, trustedRoot, log, stop: () => stopAll(place) }
  } catch (error) {
    await stopAll({ started, issuer })
    throw error
  }
}

interface Place {
  readonly folder: string
  readonly started: RunningServer[]
  readonly issuer: Issuer
}

async function stopAll({ started, issuer }: Pick<Place, 'started' | 'issuer'>): Promise<void> {
  await Promise.all([issuer.stop(), ...started.map((server) => server.stop())])
}

function makeKeys(folder: string): void {
  const openssl = (...args: readonly string[]) => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  }
  openssl('ecparam', '-genkey', '-noout', '-name', 'prime256v1', '-out', 'root.sec1')
  openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'root.sec1', '-out', 'root.plain')
  const encrypt = ['-v2', 'aes-256-cbc', '-passout', 'pass:x']
  openssl('pkcs8', '-topk8', '-in', 'root.plain', ...encrypt, '-out', 'root.key')
  const extensions = [
    'basicConstraints=critical,CA:TRUE,pathlen:0',
    'keyUsage=critical,keyCertSign,cRLSign'
  ]
  const subject = [
    '-subj',
    '/O=local/CN=fulcio',
    ...extensions.flatMap((text) => ['-addext', text])
  ]
  openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    'root.plain',
    '-days',
    '3650',
    ...subject,
    '-out',
    'root.pem'
  )
  openssl('ecparam', '-genkey', '-noout', '-name', 'prime256v1', '-out', 'ct.key')
  openssl('ec', '-in', 'ct.key', '-pubout', '-out', 'ct.pub')
  openssl('genpkey', '-algorithm', 'ED25519', '-out', 'rekor.key')
  openssl('pkey', '-in', 'rekor.key', '-pubout', '-out', 'rekor.pub')
}

async function start(
  { started, folder }: Place,
  tool: string,
  args: readonly string[],
  port: number
): Promise<void> {
  const environment = { PATH: process.env['PATH'], HOME: folder }
  started.push(await startServer(toolPath(tool), args, { port, environment }))
}

async function startCertificateLog(place: Place): Promise<URL> {
  const port = await freePort()
  const { folder } = place
  const files = ['--private_key', join(folder, 'ct.key'), '--storage_dir', join(folder, 'ct')]
  const roots = ['--roots_pem_file', join(folder, 'root.pem'), '--ext_key_usages', 'CodeSigning']
  const serve = ['--origin', 'local-ct', '--http_endpoint', `127.0.0.1:${port}`]
  await start(place, 'tesseract', [...files, ...roots, ...serve], port)
  return new URL(`http://127.0.0.1:${port}`)
}

async function startFulcio(place: Place, certificateLog: URL): Promise<URL> {
  const [port, grpc, metrics] = [await freePort(), await freePort(), await freePort()]
  const { folder, issuer } = place
  await writeFile(join(folder, 'fulcio.yaml'), fulcioConfig(issuer.url))
  const args = [
    ['serve', '--ca', 'fileca', '--fileca-watch=false'],
    ['--fileca-cert', join(folder, 'root.pem')],
    ['--fileca-key', join(folder, 'root.key'), '--fileca-key-passwd', 'x'],
    ['--config-path', join(folder, 'fulcio.yaml')],
    ['--ct-log-url', certificateLog.origin, '--ct-log-origin', 'local-ct'],
    ['--ct-log-public-key-path', join(folder, 'ct.pub')],
    ['--host', '127.0.0.1', '--port', `${port}`],
    ['--grpc-host', '127.0.0.1', '--grpc-port', `${grpc}`, '--metrics-port', `${metrics}`],
    ['--legacy-unix-domain-socket', join(folder, 'fulcio.sock')]
  ]
  await start(place, 'fulcio', args.flat(), port)
  return new URL(`http://127.0.0.1:${port}`)
}

/** As sigstore/fulcio has it for GitHub (config/identity/config.yaml). */
function fulcioConfig(issuer: string): string {
  const extensions = {
    'github-workflow-trigger': 'event_name',
    'github-workflow-sha': 'sha',
    'github-workflow-name': 'workflow',
    'github-workflow-repository': 'repository',
    'github-workflow-ref': 'ref',
    'build-signer-uri': '{{ .url }}/{{ .job_workflow_ref }}',
    'build-signer-digest': 'job_workflow_sha',
    'runner-environment': 'runner_environment',
    'source-repository-uri': '{{ .url }}/{{ .repository }}',
    'source-repository-digest': 'sha',
    'source-repository-ref': 'ref',
    'source-repository-identifier': 'repository_id',
    'source-repository-owner-uri': '{{ .url }}/{{ .repository_owner }}',
    'source-repository-owner-identifier': 'repository_owner_id',
    'build-config-uri': '{{ .url }}/{{ .workflow_ref }}',
    'build-config-digest': 'workflow_sha',
    'build-trigger': 'event_name',
    'run-invocation-uri':
      '{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}',
    'source-repository-visibility-at-signing': 'repository_visibility'
  }
  const type = { type: 'ci-provider', 'ci-provider': 'github-workflow' }
  // YAML has all of JSON; what is JSON from its first byte on, Fulcio reads by the names of an older form.
  return `---\n${JSON.stringify({
    'oidc-issuers': { [issuer]: { 'issuer-url': issuer, 'client-id': 'sigstore', ...type } },
    'ci-issuer-metadata': {
      'github-workflow': {
        'default-template-values': { url: 'https://github.com' },
        'extension-templates': extensions,
        'subject-alternative-name-template': '{{ .url }}/{{ .job_workflow_ref }}'
      }
    }
  })}\n`
}

async function startRekor(place: Place): Promise<URL> {
  const [port, grpc, metrics] = [await freePort(), await freePort(), await freePort()]
  const { folder } = place
  const args = [
    ['serve', '--http-address', '127.0.0.1', '--http-port', `${port}`],
    ['--grpc-address', '127.0.0.1', '--grpc-port', `${grpc}`, '--http-metrics-port', `${metrics}`],
    ['--hostname', LOG_NAME, '--storage-dir', join(folder, 'rekor')],
    ['--signer-filepath', join(folder, 'rekor.key'), '--checkpoint-interval', '1s']
  ]
  await mkdir(join(folder, 'rekor'), { recursive: true })
  await start(place, 'rekorTiles', args.flat(), port)
  return new URL(`http://127.0.0.1:${port}`)
}

/** Its metrics are always served at port 2112, so that only one of them runs at a time: the others wait for it. */
const METRICS = ':2112: bind: address already in use'
const MOST_WAITS = 90
const WAIT_MS = 1000

/** Its certificate is another one at every start. */
async function startTimestampServer(place: Place): Promise<URL> {
  const port = await freePort()
  const serve = ['serve', '--host', '127.0.0.1', '--port', `${port}`]
  const args = [...serve, '--timestamp-signer', 'memory', '--disable-ntp-monitoring']
  for (let waits = 0; !(await staysUp(place, args, port)); waits++) {
    if (waits === MOST_WAITS) throw new Error('port 2112 is taken')
  }
  const url = `http://127.0.0.1:${port}/api/v1/timestamp`
  const chain = await fetch(`${url}/certchain`)
  await writeFile(join(place.folder, 'tsa.pem'), await chain.text())
  return new URL(url)
}

/** It may serve its own port for a moment before it ends. */
async function staysUp(place: Place, args: readonly string[], port: number): Promise<boolean> {
  try {
    await start(place, 'timestampServer', args, port)
  } catch (error) {
    if (error instanceof Error && error.message.includes(METRICS)) return false
    throw error
  } finally {
    await sleep(WAIT_MS)
  }
  if (!place.started.at(-1)?.log().includes(METRICS)) return true
  place.started.pop()
  return false
}

interface Addresses {
  readonly certificateLog: URL
  readonly fulcio: URL
  readonly timestamp: URL
}

async function makeTrustedRoot(folder: string, addresses: Addresses): Promise<string> {
  const { certificateLog, fulcio, timestamp } = addresses
  const out = join(folder, 'trusted-root.json')
  const args = [
    ['trusted-root', 'create', '--out', out],
    [`--fulcio=url=${fulcio.origin},certificate-chain=root.pem`],
    [`--ctfe=url=${certificateLog.origin},public-key=ct.pub,${START}`],
    [`--tsa=url=${timestamp.href},certificate-chain=tsa.pem`],
    [`--rekor=url=http://${LOG_NAME},public-key=rekor.pub,${START},origin=${LOG_NAME}`]
  ]
  const environment = { PATH: process.env['PATH'], HOME: folder }
  execFileSync(toolPath('cosign'), args.flat(), { cwd: folder, env: environment, stdio: 'pipe' })
  await readFile(out)
  return out
}
