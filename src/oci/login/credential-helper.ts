import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Environment } from '../../shared/environment.ts'
import { codeOf, Failure } from '../../shared/failure.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import { shorten } from '../../shared/printable.ts'
import { killGroup, letGo, OWN_GROUP } from '../../shared/process-group.ts'
import type { SecretKeeper } from '../../shared/secret-keeper.ts'
import type { Credential } from './credential.ts'
import { loginOf } from './docker-config.ts'
import { helperEnvironment } from './helper-environment.ts'

export interface HelperOptions {
  /** Name of the server, as the helper knows it. */
  readonly server: string
  /** Where the helper was named, for messages. */
  readonly source: string
  readonly environment: Environment
  readonly secrets: SecretKeeper
  readonly signal: AbortSignal
  /** Milliseconds that it may take; 30 seconds unless given. */
  readonly timeoutMs?: number
}

interface Answer {
  readonly exitCode: number | null
  readonly stdout: Buffer
}

/** Helpers that renew a login ask a service of their cloud; none needs longer in its own time-outs. */
const TIMEOUT_MS = 30_000
/** An answer is one JSON object with a token in it; a token has a few kilobytes. */
const MOST_OUTPUT_BYTES = 64 * 1024
/** For what was killed to be gone. One that runs as another user cannot be killed, and is not waited for. */
const KILL_GRACE_MS = 500
const LONGEST_EXCERPT = 300
/** docker/docker-credential-helpers, credentials/error.go. */
const NOT_FOUND = 'credentials not found in native keychain'

/**
 * Asks `docker-credential-SUFFIX get` for a login (docker/docker-credential-helpers). Undefined when
 * it has none; every other answer than a login ends the run, since what it keeps may be for nobody else.
 * @throws Failure auth, and the signal's reason on abort
 */
export async function askHelper(
  suffix: string,
  options: HelperOptions
): Promise<Credential | undefined> {
  const name = `docker-credential-${suffix}`
  if (!/^[A-Za-z0-9._-]+$/.test(suffix)) {
    throw failed(options, `its name "${name}" is not allowed`)
  }
  const path = await findProgram(name, options.environment)
  if (path === undefined) throw failed(options, `${name} is not on PATH`)
  const answer = await run(path, options)
  try {
    return readAnswer(answer, name, options)
  } finally {
    answer.stdout.fill(0)
  }
}

function readAnswer(
  { exitCode, stdout }: Answer,
  name: string,
  options: HelperOptions
): Credential | undefined {
  if (exitCode === 0) return loginFrom(stdout, name, options)
  const text = stdout.toString('utf8').trim()
  if (text === NOT_FOUND) return undefined
  const said = isObject(parseJson(stdout)) ? '' : ` and said "${shorten(text, LONGEST_EXCERPT)}"`
  throw failed(options, `${name} ended with ${exitCode ?? 'a signal'}${said}`)
}

function loginFrom(stdout: Buffer, name: string, options: HelperOptions): Credential {
  const answer = parseJson(stdout)
  const { Username: username, Secret: secret } = isObject(answer) ? answer : {}
  if (typeof username !== 'string' || typeof secret !== 'string' || !username || !secret) {
    throw failed(options, `${name} answered without user and secret`)
  }
  const source = `${name} (${options.source})`
  return { ...loginOf(username, secret, options.secrets), source }
}

async function run(path: string, options: HelperOptions): Promise<Answer> {
  const { signal, timeoutMs = TIMEOUT_MS } = options
  signal.throwIfAborted()
  const deadline = AbortSignal.timeout(timeoutMs)
  const overflow = new AbortController()
  const stop = AbortSignal.any([signal, deadline, overflow.signal])
  const answer = await untilClosed(path, options, { stop, overflow })
  signal.throwIfAborted()
  if (deadline.aborted) throw failed(options, `it did not answer within ${timeoutMs / 1000} s`)
  if (overflow.signal.aborted) {
    throw failed(options, `it answered with more than ${MOST_OUTPUT_BYTES} bytes`)
  }
  return answer
}

interface Ends {
  readonly stop: AbortSignal
  /** To be aborted when there is too much output. */
  readonly overflow: AbortController
}

function untilClosed(path: string, options: HelperOptions, ends: Ends): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, ['get'], {
      env: helperEnvironment(options.environment),
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: OWN_GROUP,
      windowsHide: true
    })
    const stdout = collect(child.stdout, ends.overflow)
    let leaver: NodeJS.Timeout | undefined
    const kill = () => {
      // It holds nothing to save.
      killGroup(child, 'SIGKILL')
      letGo(child)
      leaver = setTimeout(() => settle(null), KILL_GRACE_MS)
    }
    const unwatch = () => {
      ends.stop.removeEventListener('abort', kill)
      clearTimeout(leaver)
    }
    const settle = (exitCode: number | null) => {
      unwatch()
      resolve({ exitCode, stdout: stdout() })
    }
    ends.stop.addEventListener('abort', kill, { once: true })
    child.once('error', (error) => {
      unwatch()
      reject(failed(options, `${path} cannot be started (${codeOf(error)})`))
    })
    child.once('close', settle)
    // EPIPE: a helper that does not read what it is asked has said so by its answer.
    child.stdin.once('error', () => undefined)
    child.stdin.end(options.server)
  })
}

function collect(stream: NodeJS.ReadableStream, overflow: AbortController): () => Buffer {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MOST_OUTPUT_BYTES) overflow.abort()
    else chunks.push(chunk)
  })
  return () => {
    const all = Buffer.concat(chunks)
    for (const chunk of chunks) chunk.fill(0)
    return all
  }
}

/** In the absolute folders of PATH alone: a helper in the working directory may be anybody's. */
async function findProgram(name: string, environment: Environment): Promise<string | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter)
  for (const folder of folders.filter(isAbsolute)) {
    const path = join(folder, file)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false
    )
    if (isThere) return path
  }
  return undefined
}

function failed({ source, server }: HelperOptions, why: string): Failure {
  const message = `The credential helper of ${source} gave no login for ${server}: ${why}.`
  const fix =
    'Run `docker-credential-… get` by hand, mend that setting, or give `username` and `password`.'
  return new Failure('auth', { message, fix })
}
