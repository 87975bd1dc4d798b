import { echo } from './canary-echo.ts'
import type { Scenario } from './canary-stage.ts'
import { isPost, isPutBlob, isPutManifest, type RequestKind } from './faults.ts'

/** A scenario, and what is right in it. */
export interface Expected extends Scenario {
  /** The exit code of action and command. */
  readonly code: number
  /** Which server got which secret; those of a login with the password unless given. */
  readonly heard?: readonly string[]
  /** Which child got which secret in its environment; none unless given. */
  readonly told?: readonly string[]
  /** Which programs ran; git and helm unless given. */
  readonly programs?: readonly string[]
}

const PROXY = 'proxy proxy-authorization: proxy'
const BEARER = 'registry authorization: bearer token'
const PASSWORD = 'tokens authorization: password'
/** What a run with user and password sends, and where to. */
export const LOGIN: readonly string[] = [PROXY, BEARER, PASSWORD]

/** A credential helper reaches its cloud through the same proxy: the variable with the login is passed on. */
const HELPER = ['docker-credential-canary: proxy']
const WITH_HELPER = ['docker-credential-canary', 'git', 'helm']

const isAuthorized: RequestKind = ({ headers }) => headers.authorization !== undefined

/** All ways for a run to go, by what happens. */
export const SCENARIOS: Readonly<Record<string, Expected>> = {
  success: { code: 0, environment: { RUNNER_DEBUG: '1' } },
  'success, with the debug output of Node': {
    code: 0,
    environment: { NODE_DEBUG: 'undici,http,https,net,tls', RUNNER_DEBUG: '1' }
  },
  'success, the password from standard input': { code: 0, login: 'password on standard input' },
  'success, with an identity token': {
    code: 0,
    login: 'identity-token',
    heard: [PROXY, BEARER, 'tokens body: identity-token']
  },
  'several targets': {
    code: 0,
    login: 'files',
    targets: ['registry', 'second', 'third'],
    heard: [
      PROXY,
      BEARER,
      'second authorization: docker-config',
      'third authorization: credential helper',
      'tokens authorization: registry-auth password'
    ],
    told: HELPER,
    programs: WITH_HELPER
  },
  'a credential helper': {
    code: 0,
    login: 'files',
    targets: ['third'],
    heard: [PROXY, 'third authorization: credential helper'],
    told: HELPER,
    programs: WITH_HELPER
  },
  'a 401 that repeats the login': {
    code: 5,
    tokens: (_, { secrets }) => echo(401, 'UNAUTHORIZED', secrets.password),
    heard: [PROXY, PASSWORD]
  },
  'a 403 that repeats the login': refusal(403, 'DENIED', 5),
  'a 404 that repeats the login': refusal(404, 'NAME_UNKNOWN', 5),
  'a 503 that repeats the login': refusal(503, 'UNAVAILABLE', 6),
  'a certificate that nobody trusts': { code: 6, isUntrusted: true, heard: [PROXY] },
  'bad JSON': {
    code: 6,
    tokens: (_, { secrets }) => ({ status: 200, body: `{"token":"${secrets['bearer token']}","` }),
    heard: [PROXY, PASSWORD]
  },
  'a server that hangs': {
    code: 6,
    inputs: { timeout: '5s' },
    registry: (request) => (isPutManifest(request) ? 'hang' : undefined),
    signal: 'SIGUSR2',
    signalAt: isPutManifest
  },
  'a helm that fails': { code: 3, helm: 'fails', heard: [] },
  'a full disk': { code: 4, fileLimitKiB: 12, heard: [] },
  'SIGINT while helm packs': { code: 130, helm: 'waits', signal: 'SIGINT', heard: [] },
  'SIGINT during an upload': {
    code: 130,
    registry: (request) => (isPutBlob(request) ? 'hang' : undefined),
    signal: 'SIGINT',
    signalAt: isPutBlob
  },
  'SIGINT during a download of helm': {
    code: 130,
    helm: 'is downloaded',
    signal: 'SIGINT',
    heard: [],
    programs: ['helm']
  },
  SIGTERM: { code: 143, registry: () => 'hang', signal: 'SIGTERM', signalAt: isAuthorized }
}

/** Those of `inspect`, which only the command has. */
export const INSPECTIONS: Readonly<Record<string, Expected>> = {
  'an inspection': { code: 0, inspects: true, programs: [] },
  'an inspection that is interrupted': {
    code: 130,
    inspects: true,
    registry: () => 'hang',
    signal: 'SIGINT',
    signalAt: isAuthorized,
    programs: []
  }
}

function refusal(status: number, reason: string, code: number): Expected {
  return {
    code,
    registry: (request, { secrets }) => {
      const { password, 'bearer token': bearer } = secrets
      return isPost(request) ? echo(status, reason, password, bearer) : undefined
    }
  }
}
