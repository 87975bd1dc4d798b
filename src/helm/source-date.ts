import type { Environment } from '../shared/environment.ts'
import { Failure } from '../shared/failure.ts'
import { checkedOutCommit } from './commit.ts'

/** The latest time that an RFC 3339 year of four digits can name, in seconds. */
const LATEST_EPOCH = 253_402_300_799

/** Where a source date came from, for the log. */
export interface SourceDate {
  /** Seconds since 1970. */
  readonly epoch: number
  readonly origin: string
}

/**
 * The time to stamp into the archive so that the same commit gives the same digest: the input,
 * else SOURCE_DATE_EPOCH, else the committer date of HEAD where `chart` lies in a git work tree.
 * @throws Failure usage, when the variable is not a number of seconds
 */
export async function sourceDate(
  chart: string,
  given: number | undefined,
  environment: Environment
): Promise<SourceDate | undefined> {
  if (given !== undefined) return { epoch: given, origin: 'the input' }
  const variable = environment['SOURCE_DATE_EPOCH']
  return variable ? fromVariable(variable) : commitDate(chart, environment)
}

/** Reads whole seconds since 1970; undefined for anything else. */
export function parseEpoch(text: string): number | undefined {
  const epoch = Number(text)
  return /^\d+$/.test(text) && epoch <= LATEST_EPOCH ? epoch : undefined
}

function fromVariable(text: string): SourceDate {
  const epoch = parseEpoch(text)
  if (epoch !== undefined) return { epoch, origin: 'SOURCE_DATE_EPOCH' }
  const message = `The variable SOURCE_DATE_EPOCH is "${text}", which is not a number of seconds since 1970.`
  throw new Failure('usage', { message, fix: 'Set it to whole seconds, or unset it.' })
}

async function commitDate(
  chart: string,
  environment: Environment
): Promise<SourceDate | undefined> {
  const commit = await checkedOutCommit(chart, environment)
  return commit && { epoch: commit.seconds, origin: `commit ${commit.id.slice(0, 12)}` }
}
