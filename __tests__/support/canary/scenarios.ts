import { isPost, isPutBlob, isPutManifest, type RequestKind } from '../faults/faults.ts'
import { echo, echoPage } from './echo.ts'
import { BEARER, type Expected, PASSWORD, PROXY } from './expected.ts'
import { HOSTS, type Lab, USER } from './lab.ts'
import { oddTokenAnswers } from './odd-tokens.ts'

/** A credential helper reaches its cloud through the same proxy: the variable with the login is passed on. */
const HELPER = ['docker-credential-canary: proxy']
const WITH_HELPER = ['docker-credential-canary', 'helm']

const OF_JOB = 'tokens authorization: CI_REGISTRY_PASSWORD'

const isAuthorized: RequestKind = ({ headers }) => headers.authorization !== undefined

/** The registry is asked meanwhile. */
const WHILE_HELM_PACKS = 'as much of a login as there was time for'

/** A chart that the registry has. */
const COPY = { chart: `oci://${HOSTS.registry}/charts/demo:1.2.3` }
/** What a run sends to read it, with the login that is given by host. */
const FROM_REGISTRY = [PROXY, BEARER, 'tokens authorization: registry-auth password']

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
  'a PGP signature': { code: 0, pgp: 'its passphrase' },
  'a PGP key with another passphrase': {
    code: 9,
    pgp: 'another passphrase',
    heard: WHILE_HELM_PACKS
  },
  'SIGINT during the upload of a chart with a PGP signature': {
    code: 130,
    pgp: 'its passphrase',
    registry: (request) => (isPutBlob(request) ? 'hang' : undefined),
    signal: 'SIGINT',
    signalAt: isPutBlob
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
  'a copy from one registry to two others': {
    code: 0,
    login: 'files',
    targets: ['second', 'third'],
    inputs: COPY,
    heard: [
      ...FROM_REGISTRY,
      'second authorization: docker-config',
      'third authorization: credential helper'
    ],
    told: HELPER,
    programs: ['docker-credential-canary']
  },
  'a copy whose source repeats the login with a 403': {
    code: 5,
    login: 'files',
    targets: ['second', 'third'],
    inputs: COPY,
    registry: (_, { secrets }) => {
      return echo(403, 'DENIED', secrets['registry-auth password'], secrets['bearer token'])
    },
    heard: FROM_REGISTRY,
    programs: []
  },
  'SIGINT during the download of a chart that is copied': {
    code: 130,
    login: 'files',
    targets: ['second', 'third'],
    inputs: COPY,
    registry: ({ url }) => (url.includes('/blobs/') ? 'hang' : undefined),
    signal: 'SIGINT',
    signalAt: ({ url }) => url.includes('/blobs/'),
    heard: FROM_REGISTRY,
    programs: []
  },
  'a 401 that repeats the login': {
    code: 5,
    tokens: (_, { secrets }) => echo(401, 'UNAUTHORIZED', secrets.password),
    heard: [PROXY, PASSWORD]
  },
  'a 403 that repeats the login': refusal(403, 'DENIED', 5),
  'a 404 that repeats the login': refusal(404, 'NAME_UNKNOWN', 5),
  'a 503 that repeats the login': refusal(503, 'UNAVAILABLE', 6),
  'a 403 that repeats the login in a page': {
    code: 5,
    registry: (request, { secrets }) =>
      isPost(request) ? echoPage(403, secrets.password, secrets['bearer token']) : undefined
  },
  'a 503 of the token service that repeats the login in a page': {
    code: 6,
    tokens: (_, { secrets }) => echoPage(503, secrets.password),
    heard: [PROXY, PASSWORD]
  },
  ...oddTokenAnswers(),
  'logins in the addresses of inputs': {
    code: 2,
    inputs: addressesOf,
    heard: [],
    programs: [],
    stays: ['address']
  },
  'a login in the address of a chart': {
    code: 2,
    inputs: ({ secrets }) => ({
      chart: `oci://${USER}:${secrets.address}@${HOSTS.registry}/demo:1.2.3`
    }),
    heard: [],
    programs: [],
    stays: ['address']
  },
  'a login in registry-config': {
    code: 2,
    login: 'files',
    targets: ['second'],
    inputs: ({ secrets }) => ({
      'registry-config': `https://${USER}:${encodeURIComponent(secrets.address)}@files.test/x`
    }),
    // Connections are opened while logins are looked for.
    heard: 'as much of a login as there was time for',
    stays: ['address']
  },
  'a login in the address of a mirror': {
    code: 130,
    helm: 'is downloaded',
    inputs: ({ secrets }, { downloads }) => ({
      'helm-download-url': `http://${USER}:${encodeURIComponent(secrets.address)}@${downloads.host}`
    }),
    signal: 'SIGINT',
    heard: WHILE_HELM_PACKS,
    programs: ['helm'],
    environment: { RUNNER_DEBUG: '1' },
    stays: ['address']
  },
  'a certificate that nobody trusts': { code: 6, isUntrusted: true, heard: [PROXY] },
  'bad JSON': {
    code: 6,
    tokens: (_, { secrets }) => ({ status: 200, body: `{"token":"${secrets['bearer token']}","` }),
    heard: [PROXY, PASSWORD]
  },
  'a server that hangs': {
    code: 6,
    pgp: 'its passphrase',
    inputs: { timeout: '12s' },
    registry: (request) => (isPutManifest(request) ? 'hang' : undefined),
    signal: 'SIGUSR2',
    signalAt: isPutManifest
  },
  'a helm that fails': { code: 3, helm: 'fails', heard: WHILE_HELM_PACKS },
  'a full disk': { code: 4, fileLimitKiB: 12, heard: WHILE_HELM_PACKS },
  'SIGINT while helm packs': {
    code: 130,
    helm: 'waits',
    signal: 'SIGINT',
    heard: WHILE_HELM_PACKS
  },
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
    heard: WHILE_HELM_PACKS
  },
  SIGTERM: { code: 143, registry: () => 'hang', signal: 'SIGTERM', signalAt: isAuthorized }
}

/** Those that only the command has. */
export const OF_COMMAND: Readonly<Record<string, Expected>> = {
  'success, with the login of a GitLab job': {
    code: 0,
    login: 'of a GitLab job',
    heard: [PROXY, BEARER, OF_JOB]
  },
  'SIGINT during an upload with the login of a GitLab job': {
    code: 130,
    login: 'of a GitLab job',
    registry: (request) => (isPutBlob(request) ? 'hang' : undefined),
    signal: 'SIGINT',
    signalAt: isPutBlob,
    heard: [PROXY, BEARER, OF_JOB]
  },
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

/** A login, or a token, in each address that is shown when it is refused: unchanged, and encoded. */
function addressesOf({ secrets }: Lab): Readonly<Record<string, string>> {
  const raw = `${USER}:${secrets.address}`
  const encoded = `${USER}:${encodeURIComponent(secrets.address)}`
  const registries = [
    `oci://${encoded}@${HOSTS.registry}/charts`,
    `${raw}@${HOSTS.registry}/charts`,
    `oci://${HOSTS.registry}/charts?token=${encodeURIComponent(secrets.address)}`
  ]
  return {
    registry: registries.join('\n'),
    'token-hosts': `https://${encoded}@${HOSTS.tokens}`,
    'helm-download-url': `ftp://${raw}@mirror.test`,
    annotations: `https://${raw}@source.test`
  }
}
