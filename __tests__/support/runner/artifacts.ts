import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { trim } from './text.ts'

/** The limits of actions/runner, CreateArtifactsFileCommand. */
const ARTIFACTS_LIMIT_BYTES = 1024 * 1024
export const MOST_SUBJECTS = 500

export interface Subject {
  readonly name: string
  readonly digest: string
  readonly kind: 'oci' | 'file'
}

const DIGEST = /^(?<ref>.+)@(?<algorithm>sha(?:256|384|512)):(?<hex>[0-9a-f]+)$/i
const HEX_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 }

/**
 * Adds what a step declares in `$GITHUB_ARTIFACTS` to the subjects of the job, by their names. Nothing is added
 * when a line cannot be read; what stands before a conflict is. Returns how many are new.
 * @param folder that relative paths begin at
 * @throws Error that fails the step
 */
export function declareSubjects(
  text: string,
  subjects: Map<string, Subject>,
  folder: string
): number {
  const known = subjects.size
  const size = Buffer.byteLength(text)
  if (size > ARTIFACTS_LIMIT_BYTES) {
    throw new Error(
      `$GITHUB_ARTIFACTS file exceeds the maximum size of 1024 KiB (got ${Math.floor(size / 1024)} KiB).`
    )
  }
  const declared = text.split(/\r\n|\r|\n/).map((line, index) => {
    const entry = trim(line)
    const isRead = entry !== '' && !entry.startsWith('#')
    return isRead ? at(index, () => parseSubject(entry, folder)) : undefined
  })
  declared.forEach((subject, index) => {
    if (subject !== undefined) at(index, () => addSubject(subject, subjects))
  })
  return subjects.size - known
}

function addSubject(subject: Subject, subjects: Map<string, Subject>): void {
  const { name, digest } = subject
  const before = subjects.get(name)
  if (before !== undefined && before.digest !== digest) {
    throw new Error(
      `Conflicting digest for artifact '${name}': previously declared as '${before.digest}', now declared as '${digest}'.`
    )
  }
  if (before === undefined && subjects.size >= MOST_SUBJECTS) {
    throw new Error(`The job has exceeded the maximum of ${MOST_SUBJECTS} declared artifacts.`)
  }
  subjects.set(name, subject)
}

function parseSubject(entry: string, folder: string): Subject {
  if (entry.includes('=')) throw new Error("entries containing '=' are reserved and not permitted")
  const [, scheme = '', rest = entry] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/isu.exec(entry) ?? []
  switch (scheme.toLowerCase()) {
    case 'file':
      return fileSubject(rest, folder)
    case 'oci':
      return ociSubject(rest)
    case '':
      return hasWholeDigest(entry) ? ociSubject(entry) : fileSubject(entry, folder)
    default:
      throw new Error('unsupported URI scheme')
  }
}

function hasWholeDigest(entry: string): boolean {
  const { algorithm = '', hex = '' } = DIGEST.exec(entry)?.groups ?? {}
  return HEX_LENGTHS[algorithm.toLowerCase()] === hex.length
}

function ociSubject(entry: string): Subject {
  const { ref = '', algorithm = '', hex = '' } = DIGEST.exec(entry)?.groups ?? {}
  if (ref === '') throw new Error('oci:// entries must include an @sha{256,384,512}:<hex> digest')
  const name = algorithm.toLowerCase()
  const length = HEX_LENGTHS[name]
  if (hex.length !== length) {
    throw new Error(`digest '${name}' must be ${length} hex characters, got ${hex.length}`)
  }
  return { name: ref, digest: `${name}:${hex.toLowerCase()}`, kind: 'oci' }
}

function fileSubject(path: string, folder: string): Subject {
  if (path.trim() === '') throw new Error('file:// entries must include a path')
  try {
    const bytes = readFileSync(resolve(folder, path))
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    return { name: basename(path), digest, kind: 'file' }
  } catch {
    throw new Error(`file '${path}' does not exist`)
  }
}

function at<T>(index: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new Error(
      `Invalid $GITHUB_ARTIFACTS entry on line ${index + 1}: ${(error as Error).message}`
    )
  }
}
