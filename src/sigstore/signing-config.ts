import { Failure } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { readInputFile } from '../shared/input-file.ts'
import { input } from '../shared/input-name.ts'
import { isObject, parseJson } from '../shared/json.ts'
import type { LogService, SigningServices } from './signing-services.ts'

const TYPE = 'application/vnd.dev.sigstore.signingconfig.v0.2+json'
/** A signing configuration has 1 KiB. */
const LARGEST_BYTES = 256 * 1024

/** A service as the file has it, of a version that we speak, valid now. */
interface Entry {
  readonly url: URL
  readonly version: number
  readonly operator: string
}

/**
 * Reads a signing configuration (sigstore/protobuf-specs, sigstore_trustroot.proto: SigningConfig), and chooses its
 * services as sigstore-go does: of each operator the newest version that is valid now and that we speak, as many as the
 * file asks for.
 * @throws Failure usage; the signal's reason on abort
 */
export async function readSigningConfig(
  path: string,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal }
): Promise<SigningServices> {
  const bytes = await readInputFile(path, { signal, largest: LARGEST_BYTES }).catch((error) => {
    signal.throwIfAborted()
    throw unusable(path, `cannot be read: ${fileFault(error)}`)
  })
  return signingServicesIn(bytes, { path, now })
}

/** As `readSigningConfig`, of the file's bytes. @throws Failure usage */
export function signingServicesIn(
  bytes: Buffer,
  { path, now }: { readonly path: string; readonly now: Date }
): SigningServices {
  const config = parseJson(bytes)
  if (!isObject(config)) throw unusable(path, 'is not JSON')
  if (config['mediaType'] !== TYPE) throw unusable(path, `is not of the type ${TYPE}`)
  const listed = (key: string, versions: readonly number[]) => {
    return entriesOf(config[key], { key, path, now, versions })
  }
  const [authority] = listed('caUrls', [1])
  if (!authority) throw unusable(path, 'has no certificate authority that is valid now (caUrls)')
  const logs = chosen(listed('rekorTlogUrls', [1, 2]), config['rekorTlogConfig'], path)
  const stamps = chosen(listed('tsaUrls', [1]), config['tsaConfig'], path)
  const services = {
    name: `the services of ${path}`,
    authority: authority.url,
    logs: logs.map(logOf),
    timestampAuthorities: stamps.map(({ url }) => url)
  }
  requireTime(services, path)
  return services
}

function logOf({ url, version }: Entry): LogService {
  return { url, version: version === 2 ? 2 : 1 }
}

interface ListOptions {
  readonly key: string
  readonly path: string
  readonly now: Date
  readonly versions: readonly number[]
}

/** Newest versions first; among equal ones those that began last. */
function entriesOf(list: unknown, options: ListOptions): readonly Entry[] {
  const { versions } = options
  const services = (Array.isArray(list) ? list : []).filter(isObject)
  const usable = services.filter(({ majorApiVersion, validFor }) => {
    return versions.includes(Number(majorApiVersion)) && isValidAt(validFor, options.now)
  })
  const newest = usable.toSorted((a, b) => {
    const byVersion = Number(b['majorApiVersion']) - Number(a['majorApiVersion'])
    return byVersion || timeOf(b['validFor'], 'start') - timeOf(a['validFor'], 'start')
  })
  return newest.map((service) => entryOf(service, options))
}

function entryOf(
  { url, majorApiVersion, operator }: Readonly<Record<string, unknown>>,
  { key, path }: ListOptions
): Entry {
  const text = `${url}`
  const isWeb = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
  if (!isWeb) throw unusable(path, `has a service without an http or https URL (${key})`)
  return { url: new URL(text), version: Number(majorApiVersion), operator: `${operator ?? ''}` }
}

/** One of each operator: all, so many, or any one. @throws Failure usage */
function chosen(entries: readonly Entry[], config: unknown, path: string): readonly Entry[] {
  const first = new Map<string, Entry>()
  for (const entry of entries) if (!first.has(entry.operator)) first.set(entry.operator, entry)
  const services = [...first.values()]
  const { selector, count } = isObject(config) ? config : {}
  if (selector === 'ALL' || selector === 1) return services
  if (selector !== 'EXACT' && selector !== 3) return services.slice(0, 1)
  const wanted = Number(count)
  if (wanted > 0 && services.length >= wanted) return services.slice(0, wanted)
  throw unusable(
    path,
    `requires ${wanted} services of different operators, but has ${services.length}`
  )
}

/** A certificate of minutes is worth nothing without a time that others vouch for. */
function requireTime({ logs, timestampAuthorities }: SigningServices, path: string): void {
  const hasTime = timestampAuthorities.length > 0 || logs.some(({ version }) => version === 1)
  if (hasTime) return
  throw unusable(
    path,
    'has no timestamp authority (tsaUrls), which signatures without Rekor v1 need'
  )
}

function isValidAt(validFor: unknown, now: Date): boolean {
  const end = timeOf(validFor, 'end')
  return timeOf(validFor, 'start') <= now.getTime() && (end === 0 || now.getTime() <= end)
}

/** 0 for what is not given. */
function timeOf(validFor: unknown, key: 'start' | 'end'): number {
  const text = isObject(validFor) ? validFor[key] : undefined
  return typeof text === 'string' ? Date.parse(text) || 0 : 0
}

function unusable(path: string, what: string): Failure {
  const fix = `Set ${input('sigstore')} to a signing configuration, as \`cosign signing-config create\` writes it.`
  return new Failure('usage', { message: `The signing configuration ${path} ${what}.`, fix })
}
