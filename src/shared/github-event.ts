import type { Environment } from './environment.ts'
import { isObject, parseJson } from './json.ts'
import { readRegularFile } from './regular-file.ts'

/** GitHub limits payloads to 25 MB, and the runner writes them with line breaks and blanks. */
const LARGEST_PAYLOAD_BYTES = 64 * 1024 * 1024

/** The event of a run on GitHub; undefined where it cannot be read. */
export async function eventPayload(
  environment: Environment,
  signal: AbortSignal
): Promise<unknown> {
  const path = environment['GITHUB_EVENT_PATH']
  if (path === undefined) return undefined
  const reading = readRegularFile(path, { largest: LARGEST_PAYLOAD_BYTES, signal })
  const file = await reading.catch(() => undefined)
  signal.throwIfAborted()
  return file && parseJson(file.bytes)
}

/**
 * Whether GitHub keeps the secrets of a repository from a run, and ID tokens too: it is for a pull request from a fork, or
 * by Dependabot (docs.github.com, "Events that trigger workflows" and "Dependabot on Actions").
 */
export async function isWithoutSecrets(
  environment: Environment,
  signal: AbortSignal
): Promise<boolean> {
  if (environment['GITHUB_ACTIONS'] !== 'true') return false
  if (environment['GITHUB_ACTOR'] === 'dependabot[bot]') return true
  if (environment['GITHUB_EVENT_NAME'] !== 'pull_request') return false
  const payload = objectOf(await eventPayload(environment, signal))
  const request = objectOf(payload['pull_request'])
  const [head, base] = [request['head'], request['base']].map((side) => {
    return objectOf(objectOf(side)['repo'])['full_name']
  })
  return typeof base === 'string' && head !== base
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}
