import { appendFile } from 'node:fs/promises'
import type { Publication } from '../publish/model/publication.ts'
import { messageOf } from '../shared/failure.ts'
import { within } from '../shared/interruption.ts'
import { isObject } from '../shared/json.ts'
import type { Logger } from '../shared/logger.ts'
import { readRegularFile } from '../shared/regular-file.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

const SECRET_NAMES_OMITTED =
  'A chart with a secret in its name is not declared as an artifact of the job.'

/** The runner takes a file of 1 MiB from each step (actions/runner, CreateArtifactsFileCommand), and 500 lines of a job. */
const LARGEST_BYTES = 16 * 1024 * 1024
/** For a file on a disk of the runner. */
const LONGEST_MS = 5000
/** Two notices say what is left out; GitHub keeps ten of a step. */
const MOST_SHOWN = 2

/**
 * Declares what lies in the registries now as artifacts of the job, where the runner offers it
 * (`GITHUB_ARTIFACTS`), for `actions/attest` to find. It never fails a run.
 */
export async function declareArtifacts(
  publications: readonly Publication[],
  secrets: SecretRegistry,
  logger: Logger
): Promise<void> {
  const path = process.env['GITHUB_ARTIFACTS']
  if (!path) return
  try {
    const before = await contentOf(path)
    const declared = new Map([...(await declaredBefore()), ...subjectsIn(before)])
    const { lines, omissions } = declarationOf(
      publications,
      declared,
      Buffer.byteLength(before) + 1
    )
    // The file lies in clear until the job ends. A short secret may be a part of a name by chance.
    const clean = lines.filter((line) => secrets.redactPath(line) === line)
    const secret = clean.length < lines.length ? [SECRET_NAMES_OMITTED] : []
    for (const omission of shown([...secret, ...omissions])) logger.notice(omission)
    const gap = before === '' || before.endsWith('\n') ? '' : '\n'
    if (clean.length > 0) await within(appendFile(path, `${gap}${clean.join('')}`), LONGEST_MS)
  } catch (error) {
    logger.notice(`Nothing is declared as an artifact of the job: ${messageOf(error)}.`)
  }
}

function shown(omissions: readonly string[]): readonly string[] {
  if (omissions.length <= MOST_SHOWN) return omissions
  const more = omissions.length - 1
  return [...omissions.slice(0, 1), `${more} more publications are not declared as artifacts.`]
}

async function contentOf(path: string): Promise<string> {
  const { bytes } = await readRegularFile(path, { largest: LARGEST_BYTES })
  return bytes.toString('utf8')
}

/** What earlier steps have declared: a file of `{ version, subjects: [{ name, digest, kind }] }`. */
async function declaredBefore(): Promise<Subjects> {
  const path = process.env['GITHUB_ARTIFACTS_LIST']
  if (!path) return new Map()
  const list: unknown = JSON.parse((await contentOf(path)) || '{}')
  return new Map(
    itemsIn(list, 'subjects').map((item) => [textIn(item, 'name'), textIn(item, 'digest')])
  )
}

/** The lines of the step's own file; those of files count as subjects too. */
function subjectsIn(text: string): Subjects {
  const lines = text.split('\n').map((line) => line.trim())
  const said = lines.filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    said.map((line) => {
      const [, name = line, digest = ''] =
        /^(?:oci:\/\/)?(.+)@(sha\d+:[0-9a-f]+)$/i.exec(line) ?? []
      return [name, digest.toLowerCase()]
    })
  )
}

function itemsIn(value: unknown, key: string): readonly unknown[] {
  const items = fieldOf(value, key)
  return Array.isArray(items) ? items : []
}

function textIn(value: unknown, key: string): string {
  const text = fieldOf(value, key)
  return typeof text === 'string' ? text : ''
}

function fieldOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined
}

/** The limits of the runner, for a job and for the file of a step (actions/runner, CreateArtifactsFileCommand). */
const MOST_SUBJECTS = 500
const LIMIT_BYTES = 1024 * 1024

/** What a job has declared before: digests by names. */
type Subjects = ReadonlyMap<string, string>

interface Declaration {
  /** Each with its line end. */
  readonly lines: readonly string[]
  /** What is left out and why, one sentence each. */
  readonly omissions: readonly string[]
}

/**
 * The lines that declare what lies in the registries now as artifacts of the job, with the tag in the name, so
 * that two versions are two subjects. What the runner would fail the step for is left out: one name with
 * another digest than before, more subjects than a job may have, "=", a file that is too large.
 * @param declared is added to nothing
 * @param usedBytes of the file
 */
export function declarationOf(
  publications: readonly Publication[],
  declared: Subjects,
  usedBytes: number
): Declaration {
  const subjects = new Map(declared)
  const omissions: string[] = []
  let free = LIMIT_BYTES - usedBytes
  const lines = publications.flatMap((publication) => {
    const { status } = publication
    if (status !== 'published' && status !== 'unchanged') return []
    const { ref } = publication.place
    const { digest } = publication.content
    if (subjects.get(ref) === digest) return []
    const line = `oci://${ref}@${digest}\n`
    const reason = obstacle(line, subjects.has(ref), { count: subjects.size, free })
    if (reason !== undefined) {
      omissions.push(`${ref} is not declared as an artifact of the job: ${reason}.`)
      return []
    }
    subjects.set(ref, digest)
    free -= line.length
    return [line]
  })
  return { lines, omissions }
}

interface Room {
  readonly count: number
  /** Bytes. */
  readonly free: number
}

/** Why the runner would not take a line. */
function obstacle(line: string, isDeclared: boolean, { count, free }: Room): string | undefined {
  if (isDeclared) return 'an earlier step declared it with another digest'
  if (count >= MOST_SUBJECTS) return `a job may declare ${MOST_SUBJECTS} at most`
  if (line.length > free) return 'the file of the step may have 1 MiB at most'
  return line.includes('=') ? 'its name contains "="' : undefined
}
