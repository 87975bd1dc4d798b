import type { Publication } from '../publish/publication.ts'

/** The limits of the runner, for a job and for the file of a step (actions/runner, CreateArtifactsFileCommand). */
const MOST_SUBJECTS = 500
const LIMIT_BYTES = 1024 * 1024

/** What a job has declared before: digests by names. */
export type Subjects = ReadonlyMap<string, string>

export interface Declaration {
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
  const lines = publications.flatMap(({ status, ref, digest }) => {
    const isOurs = status === 'published' || status === 'unchanged'
    if (!isOurs || ref === null || digest === null || subjects.get(ref) === digest) return []
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
  if (isDeclared) return 'an earlier step has declared it with another digest'
  if (count >= MOST_SUBJECTS) return `a job may declare ${MOST_SUBJECTS} at most`
  if (line.length > free) return 'the file of the step may have 1 MiB at most'
  return line.includes('=') ? 'its name holds "="' : undefined
}
