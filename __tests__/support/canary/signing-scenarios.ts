import type { RequestKind } from '../faults/faults.ts'
import { isPutBlob, isPutManifest } from '../faults/faults.ts'
import type { Answer } from '../registry/registry-store.ts'
import { echo, echoPage } from './echo.ts'
import { type Expected, GITHUB, ID_TOKEN, LOGIN, REQUEST } from './expected.ts'
import { HOSTS } from './lab.ts'

const isAny: RequestKind = () => true
/** What signs is got ready while helm packages and the registry is looked at. */
const PREPARED = [...LOGIN, ...REQUEST, ID_TOKEN]
const UNTIL_TOKEN = [...LOGIN, ...REQUEST]
const ALL = [...PREPARED, GITHUB]

/** All ways for signing and attesting to go, by what happens. */
export const SIGNING_SCENARIOS: Readonly<Record<string, Expected>> = {
  'signature and provenance of a job of GitHub': {
    code: 0,
    signs: 'on GitHub',
    heard: ALL,
    environment: { RUNNER_DEBUG: '1' }
  },
  'a signature of a job of GitLab': {
    code: 0,
    signs: 'on GitLab',
    heard: [...LOGIN, 'fulcio body: SIGSTORE_ID_TOKEN']
  },
  // The address of GitHub's issuer has ids of the job in it, and undici prints whatever it asks for.
  'a signature of a job of GitLab, with the debug output of Node': {
    code: 0,
    signs: 'on GitLab',
    heard: [...LOGIN, 'fulcio body: SIGSTORE_ID_TOKEN'],
    environment: { NODE_DEBUG: 'undici,http,https,net,tls', RUNNER_DEBUG: '1' }
  },
  'a signature by a key of cosign': { code: 0, signs: 'with a key', heard: LOGIN },
  'a key of cosign with another password': {
    code: 9,
    signs: 'with a key and another password',
    heard: LOGIN
  },
  'a credential helper, and a signature': {
    code: 0,
    signs: 'on GitHub',
    login: 'files',
    targets: ['third'],
    heard: [...REQUEST, ID_TOKEN, GITHUB, LOGIN[0] ?? '', 'third authorization: credential helper'],
    told: ['docker-credential-canary: proxy'],
    programs: ['docker-credential-canary', 'helm']
  },
  'an issuer that refuses, and repeats what it was sent': {
    code: 9,
    signs: 'on GitHub',
    issuer: (_, { secrets }) => {
      const url = new URL(secrets['request URL']).pathname
      return echo(403, 'DENIED', secrets['request token'], url)
    },
    heard: UNTIL_TOKEN
  },
  'an issuer that is down, and repeats what it was sent in a page': {
    code: 9,
    signs: 'on GitHub',
    issuer: (_, { secrets }) => echoPage(503, secrets['request token'], secrets['request URL']),
    heard: UNTIL_TOKEN
  },
  'an issuer that redirects': {
    code: 9,
    signs: 'on GitHub',
    issuer: (_, { secrets }) => elsewhere(secrets['request token']),
    heard: UNTIL_TOKEN
  },
  'an issuer whose token is none': {
    code: 9,
    signs: 'on GitHub',
    issuer: (_, { secrets }) => {
      return { status: 200, body: JSON.stringify({ value: `${secrets['ID token']}.x` }) }
    },
    heard: UNTIL_TOKEN
  },
  'a certificate authority that refuses, and repeats the token': {
    code: 9,
    signs: 'on GitHub',
    fulcio: (_, { secrets }) => echo(400, 'INVALID', secrets['ID token'], secrets['request token']),
    heard: PREPARED
  },
  'a certificate authority that is down, and repeats the token in its message': {
    code: 9,
    signs: 'on GitHub',
    fulcio: (_, { secrets }) => said(503, secrets['ID token']),
    heard: PREPARED
  },
  'a certificate authority that redirects': {
    code: 9,
    signs: 'on GitHub',
    fulcio: (_, { secrets }) => elsewhere(secrets['ID token']),
    heard: PREPARED
  },
  'a log that is down, and knows the secrets': {
    code: 9,
    signs: 'on GitHub',
    rekor: (_, { secrets }) => said(503, secrets['ID token'], secrets['request token']),
    heard: PREPARED
  },
  'a log that is down, and a key': {
    code: 9,
    signs: 'with a key',
    rekor: (_, { secrets }) => said(503, secrets['cosign-password'], secrets['cosign-key']),
    heard: LOGIN
  },
  'a GitHub that refuses, and repeats the token': {
    code: 9,
    signs: 'on GitHub',
    github: (_, { secrets }) => said(403, secrets['github-token']),
    heard: ALL
  },
  'a GitHub that redirects': {
    code: 9,
    signs: 'on GitHub',
    github: (_, { secrets }) => elsewhere(secrets['github-token']),
    heard: ALL
  },
  'a registry that hangs when the signature is attached': {
    code: 6,
    signs: 'on GitHub',
    inputs: { timeout: '12s' },
    registry: (request) => (isPutManifest(request) ? 'hang' : undefined),
    signal: 'SIGUSR2',
    signalAt: isPutManifest,
    heard: PREPARED
  },
  'a registry that hangs when the signature of a key is attached': {
    code: 6,
    signs: 'with a key',
    inputs: { timeout: '12s' },
    registry: (request) => (isPutManifest(request) ? 'hang' : undefined),
    signal: 'SIGUSR2',
    signalAt: isPutManifest,
    heard: LOGIN
  },
  'SIGINT while the issuer is asked': {
    ...interrupted('issuer'),
    programs: 'helm, if there was time for it'
  },
  'SIGINT while the certificate authority is asked': interrupted('fulcio'),
  'SIGINT while the log is asked': interrupted('rekor'),
  'SIGINT while GitHub is asked': interrupted('github'),
  'SIGINT while a signature is attached': {
    code: 130,
    signs: 'on GitHub',
    registry: (request) => (isPutManifest(request) ? 'hang' : undefined),
    signal: 'SIGINT',
    signalAt: isPutManifest,
    heard: PREPARED
  },
  'SIGINT during the upload of a chart that a key signs': {
    code: 130,
    signs: 'with a key',
    registry: (request) => (isPutBlob(request) ? 'hang' : undefined),
    signal: 'SIGINT',
    signalAt: isPutBlob,
    heard: LOGIN
  }
}

/** The first of what a run sends to these hosts it has sent then; what comes before may be under way. */
function interrupted(signalFrom: 'issuer' | 'fulcio' | 'rekor' | 'github'): Expected {
  return {
    code: 130,
    signs: 'on GitHub',
    [signalFrom]: () => 'hang',
    signal: 'SIGINT',
    signalFrom,
    signalAt: isAny,
    heard: 'as much of all as there was time for'
  }
}

/** An error as Fulcio, Rekor and GitHub write it. */
function said(status: number, ...secrets: readonly string[]): Answer {
  const { body } = echo(status, '', secrets[0] ?? '', secrets[1])
  const messages = JSON.parse(`${body}`).errors.map(({ message }: { message: string }) => message)
  const all = { code: 7, message: `no: ${secrets.join(' ')}`, errors: messages }
  return { status, headers: { 'retry-after': '0' }, body: JSON.stringify(all) }
}

/** To another host of ours, which is not to see the secret. */
function elsewhere(secret: string): Answer {
  const location = `https://${HOSTS.storage}/?token=${encodeURIComponent(secret)}`
  return { status: 307, headers: { location }, body: '' }
}
