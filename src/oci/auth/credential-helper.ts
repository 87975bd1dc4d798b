import {
  allowedPart,
  BASIC_VARIABLES,
  type Environment,
  isOneOf
} from '../../shared/environment.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import type { EndTimes } from '../../shared/kill-process.ts'
import { shorten } from '../../shared/printable.ts'
import { findProgram } from '../../shared/program.ts'
import { ProcessError, type ProcessOutput, runForBytes } from '../../shared/run-process.ts'
import type { SecretRegistry } from '../../shared/secret-registry.ts'
import { withoutTokens } from '../errors/token-words.ts'
import type { Credential } from './credential.ts'
import { loginOf } from './docker-config.ts'

interface HelperOptions {
  /** Name of the server, as the helper knows it. */
  readonly server: string
  /** Where the helper was named, for messages. */
  readonly source: string
  readonly environment: Environment
  readonly secrets: SecretRegistry
  readonly signal: AbortSignal
  /** Milliseconds that it may take; 30 seconds unless given. */
  readonly timeoutMs?: number
}

/** Helpers that renew a login ask a service of their cloud; none needs longer in its own time-outs. */
const TIMEOUT_MS = 30_000
/** An answer is one JSON object with a token in it; a token has a few kilobytes. */
const MOST_OUTPUT_BYTES = 64 * 1024
/** It has nothing to save: it is killed at once. */
const TIMES: EndTimes = { graceMs: 0, leaveMs: 500, drainMs: 1000 }
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
    answer.stderr.fill(0)
  }
}

function readAnswer(
  { exitCode, stdout }: ProcessOutput,
  name: string,
  options: HelperOptions
): Credential | undefined {
  if (exitCode === 0) return loginFrom(stdout, name, options)
  const text = stdout.toString('utf8').trim()
  if (text === NOT_FOUND) return undefined
  throw failed(options, `${name} ended with ${exitCode ?? 'a signal'}${saidText(text)}`)
}

/** Where a helper writes its answer: what looks like a whole one or a part of one may hold a secret. */
const ANSWER = /[{}]|\bsecret\b["']?\s*[:=]/i

/** The reason that a helper gives, which is a sentence: without what may be an answer, or a token. */
function saidText(text: string): string {
  if (text === '' || ANSWER.test(text)) return ''
  return ` and said "${shorten(withoutTokens(text, []), LONGEST_EXCERPT)}"`
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

async function run(path: string, options: HelperOptions): Promise<ProcessOutput> {
  const { environment, server: stdin, signal, timeoutMs = TIMEOUT_MS } = options
  return runForBytes(path, ['get'], {
    environment: helperEnvironment(environment),
    stdin,
    timeoutMs,
    signal,
    mostOutputBytes: MOST_OUTPUT_BYTES,
    onOverflow: 'kill',
    times: TIMES
  }).catch((error: unknown) => {
    throw error instanceof ProcessError ? failed(options, `${path} ${error.message}`) : error
  })
}

function failed({ source, server }: HelperOptions, why: string): Failure {
  const message = `The credential helper of ${source} gave no login for ${server}: ${why}.`
  const fix = `Run \`docker-credential-… get\` by hand, correct that setting, or set ${input('username')} and ${input('password')}.`
  return new Failure('auth', { message, fix })
}

/** What a helper needs to start, to find its own files, and to reach a service. */
const NAMES = [
  ...BASIC_VARIABLES,
  ...['LOGNAME', 'PROGRAMDATA', 'DOCKER_CONFIG', 'GNUPGHOME', 'PASSWORD_STORE_DIR'],
  ...['DBUS_SESSION_BUS_ADDRESS', 'DISPLAY', 'WAYLAND_DISPLAY'],
  ...['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT']
]

/** Settings of the clouds, by which docker-credential-ecr-login, -gcr, -gcloud and -acr-env log in. */
const PREFIXES = ['AWS_', 'GOOGLE_', 'CLOUDSDK_', 'GCE_METADATA_', 'AZURE_']

/**
 * Helpers that keep logins on this machine (docker/docker-credential-helpers, Docker Desktop). All others may have to
 * reach a service through the proxy, and could not without its login.
 */
const LOCAL_HELPERS = /^(?:desktop|osxkeychain|pass|secretservice|wincred)(?:\.exe)?$/
const PROXY_VARIABLE = /^(?:https?|no)_proxy$/i

/** What of `environment` is for the helper of that name: proxies, whose addresses may hold a login, if it needs them. */
export function environmentForHelper(suffix: string, environment: Environment): Environment {
  if (!LOCAL_HELPERS.test(suffix)) return environment
  return allowedPart(environment, (name) => !PROXY_VARIABLE.test(name))
}

/** The part of `environment` that a credential helper may see: neither inputs nor the runner's tokens. */
function helperEnvironment(environment: Environment): Readonly<Record<string, string>> {
  return allowedPart(environment, (name) => {
    return isOneOf(name, NAMES) || PREFIXES.some((prefix) => name.startsWith(prefix))
  })
}
