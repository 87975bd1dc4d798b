import { type Commit, checkedOutCommit } from '../../git/commit.ts'
import { UnreadableRepository } from '../../git/repository-file.ts'
import type { Environment } from '../../shared/environment.ts'
import { isEpoch, parseEpoch } from '../../shared/epoch.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'

/** The time to stamp into an archive, so that the same commit gives the same digest. */
export interface SourceDate {
  /** Seconds since 1970. */
  readonly epoch: number
  /** Where it came from, for the log. */
  readonly origin: string
  /** The commit whose date it is. */
  readonly commit: Commit | undefined
}

export interface SourceDateOptions {
  /** The `source-date-epoch` input. */
  readonly given: number | undefined
  readonly environment: Environment
  /** Gets why a commit cannot date the archive. */
  readonly warn: (text: string) => void
}

/**
 * The input, else SOURCE_DATE_EPOCH, else the committer date of HEAD when `chart` is in a git work tree.
 * @throws Failure usage, when the variable is not a number of seconds
 */
export async function sourceDate(
  chart: string,
  { given, environment, warn }: SourceDateOptions
): Promise<SourceDate | undefined> {
  if (given !== undefined) {
    return { epoch: given, origin: input('source-date-epoch'), commit: undefined }
  }
  const variable = environment['SOURCE_DATE_EPOCH']
  return variable ? fromVariable(variable) : fromCommit(chart, warn)
}

function fromVariable(text: string): SourceDate {
  const epoch = parseEpoch(text)
  if (epoch !== undefined) return { epoch, origin: 'SOURCE_DATE_EPOCH', commit: undefined }
  const message = `The variable SOURCE_DATE_EPOCH is "${text}", which is not a number of seconds since 1970.`
  throw new Failure('usage', { message, fix: 'Set it to whole seconds, or unset it.' })
}

async function fromCommit(
  chart: string,
  warn: SourceDateOptions['warn']
): Promise<SourceDate | undefined> {
  const commit = await checkedOutCommit(chart).catch((error: unknown) => {
    if (!(error instanceof UnreadableRepository)) throw error
    warn(`The checked-out commit cannot be read: ${error.message}. ${undated()}`)
  })
  if (!commit) return undefined
  const { id, seconds } = commit
  const origin = `commit ${id.slice(0, 12)}`
  if (isEpoch(seconds)) return { epoch: seconds, origin, commit }
  const text = `The date of ${origin}, ${seconds} seconds since 1970, is not between 1970 and 9999.`
  warn(`${text} ${undated()}`)
  return undefined
}

function undated(): string {
  return `The archive gets the current time, so the digest changes in each run. Set ${input('source-date-epoch')} to prevent this.`
}
