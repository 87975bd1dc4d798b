// Measures what signing and attesting cost, in time and in trips one after another, beside `cosign sign` and `cosign attest` on
// the same services: `node scripts/bench/signing.ts [ROUNDS]`. Run `npm run build` and `npm run setup:sigstore` first.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { chartFiles } from '../../__tests__/support/charts/charts.ts'
import { startRegistryServer } from '../../__tests__/support/registry/registry-servers.ts'
import { writeSigningConfig } from '../../__tests__/support/sigstore/signing-config-file.ts'
import { type SigstoreStand, startSigstore } from '../../__tests__/support/sigstore/stand.ts'
import { toolPath } from '../tools.mjs'
import { DelayProxy } from './delay-proxy.ts'
import { timeProcess } from './timed-process.ts'

const [rounds = '3'] = process.argv.slice(2)
const CLI = join(import.meta.dirname, '../../dist/cli.cjs')
/** Long beside all that a machine computes meanwhile, so that the difference of two times counts trips. */
const ROUND_TRIP_MS = 700
const { signal } = new AbortController()

const folder = await mkdtemp(join(tmpdir(), 'signing-'))
const environment = {
  PATH: `${dirname(toolPath('helm'))}:/usr/bin:/bin`,
  HOME: join(folder, 'home'),
  SOURCE_DATE_EPOCH: '1704164645'
}
const ends: (() => Promise<unknown>)[] = []
let releases = 0

try {
  await mkdir(join(folder, 'home'))
  const stand = await startSigstore(join(folder, 'sigstore'))
  ends.push(() => stand.stop())
  const services = await delayed(stand)
  for (const kind of ['distribution', 'olareg'] as const) {
    const registry = await startRegistryServer(kind, folder)
    ends.push(() => registry.stop())
    const proxy = await DelayProxy.start(Number(registry.host.split(':')[1]))
    ends.push(() => proxy.stop())
    await compare(kind, { ...services, stand, proxies: [...services.proxies, proxy], proxy })
  }
} finally {
  for (const end of ends.reverse()) await end()
  await rm(folder, { recursive: true, force: true })
}

interface Services {
  readonly proxies: readonly DelayProxy[]
  readonly tokenUrl: string
}

interface Bench extends Services {
  readonly stand: SigstoreStand
  /** Of the registry. */
  readonly proxy: DelayProxy
}

/** Every service behind a proxy of its own, named in a signing configuration. */
async function delayed({ fulcio, rekor, timestamp, issuer }: SigstoreStand): Promise<Services> {
  const proxies: DelayProxy[] = []
  const behind = async (url: URL) => {
    const proxy = await DelayProxy.start(Number(url.port))
    ends.push(() => proxy.stop())
    proxies.push(proxy)
    return new URL(`http://127.0.0.1:${proxy.port}${url.pathname}`)
  }
  const urls = {
    fulcio: await behind(fulcio),
    rekor: await behind(rekor),
    timestamp: await behind(timestamp)
  }
  await writeSigningConfig(join(folder, 'services.json'), urls)
  const token = await behind(new URL(issuer.variables['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''))
  return { proxies, tokenUrl: `${token.href}?api-version=2.0` }
}

async function compare(kind: string, bench: Bench): Promise<void> {
  const plain: number[][] = []
  const signed: number[][] = []
  const cosign: number[][] = []
  for (let round = 0; round < Number(rounds); round++) {
    plain.push(await both(bench, () => publish(bench, [])))
    signed.push(await both(bench, () => publish(bench, signing(bench))))
    cosign.push(await both(bench, () => byCosign(bench)))
  }
  report(`${kind}: publish`, plain)
  report(`${kind}: publish, signed and attested`, signed)
  report(`${kind}: cosign sign and cosign attest`, cosign)
  const more = tripsOf(signed) - tripsOf(plain)
  process.stdout.write(`${kind}: signing and attesting add ${more.toFixed(1)} trips\n`)
}

/** Seconds without and with the delay. */
async function both({ proxies }: Bench, run: () => Promise<number>): Promise<number[]> {
  const times: number[] = []
  for (const roundTripMs of [0, ROUND_TRIP_MS]) {
    for (const proxy of proxies) proxy.roundTripMs = roundTripMs
    times.push(await run())
  }
  return times
}

function signing({ stand }: Bench): readonly string[] {
  const services = [
    `--sigstore=${join(folder, 'services.json')}`,
    `--trusted-root=${stand.trustedRoot}`
  ]
  return [...services, '--sign=keyless', '--attest=provenance', '--github-attestation=false']
}

/** A chart that no registry has. */
async function writeChart(): Promise<string> {
  releases += 1
  const chart = join(folder, 'charts', `${releases}`)
  for (const [name, text] of Object.entries(chartFiles({ version: `1.0.${releases}` }))) {
    const path = join(chart, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
  return chart
}

async function publish(bench: Bench, flags: readonly string[]): Promise<number> {
  const chart = await writeChart()
  const registry = `--registry=oci://127.0.0.1:${bench.proxy.port}/bench`
  const job = {
    ...bench.stand.issuer.variables,
    ACTIONS_ID_TOKEN_REQUEST_URL: bench.tokenUrl,
    GITHUB_ACTIONS: 'true'
  }
  const args = ['publish', chart, registry, '--plain-http', '--lint=off', ...flags]
  const usage = await timeProcess([process.execPath, CLI, ...args], {
    directory: folder,
    environment: { ...environment, ...job },
    signal
  })
  return usage.seconds
}

/** What was published just now, signed and attested by two commands, as in workflows. */
async function byCosign(bench: Bench): Promise<number> {
  await publish({ ...bench, proxies: [] }, [])
  const predicate = join(folder, 'predicate.json')
  await writeFile(predicate, '{"buildDefinition": {"buildType": "x"}, "runDetails": {}}')
  const ref = `127.0.0.1:${bench.proxy.port}/bench/demo:1.0.${releases}`
  const common = [
    ...['--signing-config', join(folder, 'services.json'), '--allow-http-registry', '-y'],
    ...['--trusted-root', bench.stand.trustedRoot]
  ]
  const attest = ['attest', '--predicate', predicate, '--type', 'slsaprovenance1']
  let seconds = 0
  for (const command of [['sign'], attest]) {
    const token = ['--identity-token', bench.stand.issuer.token()]
    const args = [...command, ...common, ...token, ref]
    const step = [toolPath('cosign'), ...args] as const
    seconds += (await timeProcess(step, { directory: folder, environment, signal })).seconds
  }
  return seconds
}

function report(what: string, times: readonly (readonly number[])[]): void {
  const near = median(times.map(([first = 0]) => first)).toFixed(2)
  const far = median(times.map(([, second = 0]) => second)).toFixed(2)
  const trips = tripsOf(times).toFixed(1)
  process.stdout.write(
    `${what}: ${near} s near, ${far} s with ${ROUND_TRIP_MS} ms, ${trips} trips\n`
  )
}

function tripsOf(times: readonly (readonly number[])[]): number {
  return median(times.map(([near = 0, far = 0]) => ((far - near) * 1000) / ROUND_TRIP_MS))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
