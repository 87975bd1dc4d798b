import { parseListRequest } from '../inputs/list-inputs.ts'
import { type ListOutcome, listVersions } from '../list/list.ts'
import type { Listing, ListRequest } from '../list/listing.ts'
import { errorJson } from '../publish/model/publication-json.ts'
import { reportFailure } from '../publish/report/report.ts'
import { homeFolder } from '../shared/environment.ts'
import { EXIT_CODES, messageOf } from '../shared/failure.ts'
import { plural } from '../shared/format.ts'
import { FACE_GRACE_MS, untilInterrupted } from '../shared/interruption.ts'
import { parseAttended } from './attended.ts'
import { listingLines } from './list-text.ts'
import { openTerminal } from './logger.ts'
import { hasSwitch } from './parse-flags.ts'
import { readArguments } from './read-arguments.ts'
import { jsonListing } from './result.ts'
import type { Means, Terminal } from './terminal.ts'

/** Runs `list`: prints the versions of a chart in a registry, and logs why some could not be read. */
export async function runList(
  args: readonly string[],
  { print, signal }: Terminal
): Promise<number> {
  const { secrets, logger } = openTerminal(args)
  const json = hasSwitch(args, 'json')
  try {
    const run = list(args, { secrets, logger, signal })
    const { listing, errors, exitCode } = await untilInterrupted(run, signal, FACE_GRACE_MS)
    const [first] = errors
    const error = first === undefined ? null : errorJson(first)
    const lines = listingLines(listing, secrets).map((line) => `${line}\n`)
    print(json ? jsonListing(secrets, listing, error) : lines.join(''))
    for (const one of distinct(errors)) reportFailure(one, logger)
    for (const line of remarksOn(listing)) logger.info(line)
    return exitCode
  } catch (error) {
    if (json) print(jsonListing(secrets, undefined, errorJson(error)))
    return reportFailure(error, logger)
  } finally {
    secrets.wipe()
  }
}

async function list(args: readonly string[], means: Means): Promise<ListOutcome> {
  const request = await readRequest(args, means)
  return listVersions(request, { ...means, environment: process.env, homeFolder: homeFolder() })
}

async function readRequest(args: readonly string[], means: Means): Promise<ListRequest> {
  const {
    positionals: repositories,
    texts,
    secrets: read
  } = await readArguments('list', args, means)
  return parseAttended(read, (secrets) => parseListRequest({ repositories, texts, secrets }), means)
}

/** A registry that is in trouble says the same of every tag. */
function distinct(errors: readonly unknown[]): readonly unknown[] {
  return [...new Map(errors.map((error) => [messageOf(error), error])).values()]
}

/** What the listing leaves out, and what the exit code says. */
function remarksOn({ versions, otherTags, total }: Listing): readonly string[] {
  const more = [
    leftOut(total.versions - versions.length, 'version'),
    leftOut(total.otherTags - otherTags.length, 'other tag')
  ].filter((text) => text !== undefined)
  const unusable = versions.filter(({ usable }) => usable === false).length
  const count = `${unusable} of ${plural(versions.length, 'version')}`
  return [
    ...(total.versions === 0 ? ['No versions found.'] : []),
    ...(more.length > 0 ? [`Not shown: ${more.join(', ')}. --limit COUNT shows more.`] : []),
    ...(unusable > 0
      ? [`Not usable: ${count}. The exit code for this is ${EXIT_CODES.chart}.`]
      : [])
  ]
}

function leftOut(count: number, what: string): string | undefined {
  return count > 0 ? plural(count, what) : undefined
}
