import type { TrustedRoot } from '@sigstore/protobuf-specs'
import { Failure, messageOf } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { readInputFile } from '../shared/input-file.ts'
import { input } from '../shared/input-name.ts'

/** Which authorities and logs are trusted: one root for each instance of Sigstore. */
export interface TrustedRoots {
  readonly roots: readonly TrustedRoot[]
  /** For messages: the path of a file, or what is built in. */
  readonly name: string
  /** Whether nothing else may be trusted: the user's own file. What is built in grows old, so that unknown parts only warn. */
  readonly isStrict: boolean
}

/** When the built-in roots were what the TUF repositories of Sigstore and of GitHub have. */
export const BUILT_IN_DATE = '2026-08-21'
const TYPE = 'application/vnd.dev.sigstore.trustedroot+json'
/** GitHub's root, with all authorities that it ever had, has 31 KiB. */
const LARGEST_BYTES = 4 * 1024 * 1024

/** The roots of Sigstore's public instance and of GitHub's. */
export async function builtInRoots(): Promise<TrustedRoots> {
  const [{ default: publicGood }, { default: gitHub }] = await Promise.all([
    import('./public-good-root.json', { with: { type: 'json' } }),
    import('./github-root.json', { with: { type: 'json' } })
  ])
  const name = `the built-in trusted root of ${BUILT_IN_DATE}`
  return { roots: await decode([publicGood, gitHub]), name, isStrict: false }
}

/**
 * Reads a trusted root (sigstore/protobuf-specs, sigstore_trustroot.proto), or several in lines, as
 * `gh attestation trusted-root` prints them.
 * @throws Failure usage; the signal's reason on abort
 */
export async function readTrustedRoots(path: string, signal: AbortSignal): Promise<TrustedRoots> {
  const bytes = await readInputFile(path, { signal, largest: LARGEST_BYTES }).catch((error) => {
    signal.throwIfAborted()
    throw unusable(path, `cannot be read: ${fileFault(error)}`)
  })
  return trustedRootsIn(bytes, path)
}

/** As `readTrustedRoots`, of the file's bytes. @throws Failure usage */
export async function trustedRootsIn(bytes: Buffer, path: string): Promise<TrustedRoots> {
  const text = bytes.toString('utf8')
  const values = parsed(text) ?? parsed(`[${text.trim().split(/\n+/).join(',')}]`)
  const all = [values].flat().filter((value) => value !== undefined)
  if (all.length === 0 || !all.every(isRoot)) throw unusable(path, `is not of the type ${TYPE}`)
  try {
    return { roots: await decode(all), name: path, isStrict: true }
  } catch (error) {
    throw unusable(path, `cannot be used: ${messageOf(error)}`)
  }
}

async function decode(values: readonly unknown[]): Promise<readonly TrustedRoot[]> {
  const [{ TrustedRoot }, { toTrustMaterial }] = await Promise.all([
    import('@sigstore/protobuf-specs'),
    import('@sigstore/verify')
  ])
  const roots = values.map((value) => TrustedRoot.fromJSON(value))
  // Keys and certificates that cannot be read are found here, not in the middle of a check.
  for (const root of roots) toTrustMaterial(root)
  return roots
}

function isRoot(value: unknown): boolean {
  const type: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'mediaType') : undefined
  return typeof type === 'string' && type.startsWith(TYPE)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unusable(path: string, what: string): Failure {
  const fix = `Set ${input('trusted-root')} to a file that \`cosign trusted-root create\` or \`gh attestation trusted-root\` wrote.`
  return new Failure('usage', { message: `The trusted root ${path} ${what}.`, fix })
}
