import { Failure, type Problem } from '../shared/failure.ts'
import { errorOf, type Publication } from './publication.ts'

/** What a run came to, as lines for a reader: the result first, then what to hand on. */
export function resultLines(publication: Publication): readonly string[] {
  switch (publication.status) {
    case 'published':
      return [`Published ${publication.ref}`, `Digest: ${publication.digest}`]
    case 'unchanged':
      return [
        `Unchanged: ${publication.ref} was there already, with the same content`,
        `Digest: ${publication.digest}`
      ]
    case 'packaged':
      return [`Packaged ${publication.name} ${publication.version}: ${publication.archive}`]
    case 'failed':
      return []
  }
}

/** A failure as one text: what failed and why, then what mends it. */
export function failureText(error: unknown): string {
  const { message, fix }: Pick<Problem, 'message'> & { readonly fix: string | null } =
    errorOf(error)
  return fix === null ? message : `${message} Fix: ${fix}`
}

/** The lines of the stack of a bug of ours, or of what lies beneath a failure; for the debug log. */
export function traceOf(error: unknown): readonly string[] {
  const cause = error instanceof Failure ? error.cause : error
  return cause instanceof Error ? (cause.stack?.split('\n') ?? []) : []
}
