import { createHash } from 'node:crypto'
import { readYaml } from '../yaml/read-yaml.ts'
import { isRfc3339 } from '../yaml/resolve.ts'
import { dependenciesJson } from './config.ts'
import { type Decoder, fieldsOf, loadedBytes, mismatch, text } from './decode.ts'
import { type GoJson, goJson } from './go-json.ts'
import { dependencies, type Metadata } from './metadata.ts'
import { DecodeError } from './untyped.ts'

const FIELDS = ['generated', 'digest', 'dependencies'] as const

/** Chart.lock or requirements.lock, without its time. */
export interface Lock {
  readonly digest: string
  readonly dependencies: Metadata['dependencies']
}

/**
 * Reads Chart.lock or requirements.lock as Helm loads it (helm, pkg/chart/v2/dependency.go, Lock).
 * An offset of 24 hours loads, but `helm package` cannot write it again.
 * @param bytes the file as it lies in the chart
 * @throws YamlError where it cannot be read
 * @throws DecodeError where Helm cannot put it into a lock
 */
export function readLock(bytes: Buffer): Lock {
  const field = fieldsOf<(typeof FIELDS)[number]>(readYaml(loadedBytes(bytes)), 'Lock', FIELDS)
  field('generated', time, '')
  return {
    digest: field('digest', text, ''),
    dependencies: field('dependencies', dependencies, [])
  }
}

/** Go's time.Time: null says nothing, all else must be a text in RFC 3339. */
const time: Decoder<string> = (value, path, was) => {
  if (value.kind === 'null') return was
  if (value.kind !== 'string') throw mismatch(value, path, 'a string')
  if (isRfc3339(value.value)) return value.value
  throw new DecodeError(path, `is "${value.value}", which is not a time in RFC 3339 format`)
}

/** The mark of UTF-8 may stand before the first line. */
const GENERATED = /^(?:\u00ef\u00bb\u00bf)?(["']?)generated\1[ \t]*:(?=[ \t\r\n]|$)/

/**
 * The bytes of a lock file without the lines of its `generated`, the one thing in it that differs
 * when the same dependencies are locked again. Unchanged where no line begins with that key.
 */
export function withoutGenerated(bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? []
  const first = lines.findIndex((line) => GENERATED.test(line))
  if (first === -1) return bytes
  const kept = [...lines.slice(0, first), ...lines.slice(endOfValue(lines, first + 1))]
  return Buffer.from(kept.join(''), 'latin1')
}

/** Indented lines go on with the value, and empty ones that such a line follows. */
function endOfValue(lines: readonly string[], start: number): number {
  let end = start
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (/^[ \t]+[^ \t\r\n]/.test(line)) end = at + 1
    else if (/[^ \t\r\n]/.test(line)) break
  }
  return end
}

/**
 * Whether `lock` was made of the dependencies that `metadata` declares: its digest is over what is
 * declared and what was resolved (helm, internal/resolver, HashReq); that of Helm 2, for apiVersion v1,
 * is over what is declared alone (HashV2Req).
 */
export function isInStep(lock: Lock, { apiVersion, dependencies }: Metadata): boolean {
  if (lock.digest === lockDigest(dependencies, lock.dependencies)) return true
  return apiVersion === 'v1' && lock.digest === helm2Digest(dependencies)
}

type Dependencies = Metadata['dependencies']

/** The digest that Helm 3 and 4 write into a lock. */
export function lockDigest(declared: Dependencies, locked: Dependencies): string {
  return digestOf([dependenciesJson(declared), dependenciesJson(locked)])
}

function helm2Digest(declared: Dependencies): string {
  return digestOf(new Map([['dependencies', dependenciesJson(declared)]]))
}

function digestOf(value: GoJson): string {
  return `sha256:${createHash('sha256').update(goJson(value)).digest('hex')}`
}
