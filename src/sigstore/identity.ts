import type { HttpResponse } from '../http/message.ts'
import { codeOf, Failure } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { readInputFile } from '../shared/input-file.ts'
import { input } from '../shared/input-name.ts'
import { isObject, parseJson } from '../shared/json.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { identityRequest, type TokenRequestAccess } from './auth-requests.ts'
import type { IdentitySources } from './identity-sources.ts'
import { type IdentityToken, LARGEST_TOKEN_BYTES, readToken } from './identity-token.ts'
import type { ServiceClient } from './service-client.ts'
import { serviceFailure } from './service-failure.ts'
import type { SigstoreAccess } from './sigstore-access.ts'

/** Whom a token is for, as every Fulcio expects (sigstore/fulcio, config/identity/config.yaml). */
const AUDIENCE = 'sigstore'
const SERVICE = 'issuer of ID tokens'

/** What keeps a run from an ID token, without asking for one; undefined when nothing does. */
export async function missingIdentity(
  sources: IdentitySources,
  signal: AbortSignal
): Promise<Failure | undefined> {
  if (sources.request || sources.idToken) return undefined
  return (await readTokenFile(sources.file, signal)) === undefined ? noSource(sources) : undefined
}

/**
 * An ID token, a new one each time where that is possible: the runner's own first, then SIGSTORE_ID_TOKEN, then the file.
 * A token of the environment may have been inherited from elsewhere.
 * @throws Failure signing; the signal's reason on abort
 */
export async function fetchIdentity(
  sources: IdentitySources,
  client: ServiceClient,
  access: SigstoreAccess
): Promise<IdentityToken> {
  const { secrets, signal } = access
  const { request, idToken, file } = sources
  if (request) return askRunner(request, client, secrets)
  if (idToken) return readToken(idToken, 'SIGSTORE_ID_TOKEN')
  const text = await readTokenFile(file, signal)
  if (text === undefined) throw noSource(sources)
  return readToken(secrets.registerToken(text), file)
}

async function askRunner(
  access: TokenRequestAccess,
  client: ServiceClient,
  secrets: SecretRegistry
): Promise<IdentityToken> {
  const request = identityRequest(access, AUDIENCE)
  const response = await client.send({ service: SERVICE, request, isQuoted: false })
  const { status, url } = response
  if (status !== 200) throw refusedRequest(response)
  const value = valueIn(response)
  if (value === undefined) {
    throw serviceFailure({ service: SERVICE, url, why: 'Its answer has no token.' })
  }
  return readToken(secrets.registerRaw(value), "GitHub's runner")
}

function valueIn({ body }: HttpResponse): string | undefined {
  const parsed = parseJson(body)
  const value = isObject(parsed) ? parsed['value'] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The words of the answer are left out: they may hold a token. */
function refusedRequest({ status, url }: HttpResponse): Failure {
  const why = `It answered ${status}.`
  const fix = 'Run the job again; the permission to ask for tokens ends with the job.'
  const isNo = status < 500 && status !== 429
  return serviceFailure({ service: SERVICE, url, why, ...(isNo && { fix }) })
}

/** Undefined when there is no such file. @throws Failure signing, when it cannot be read */
async function readTokenFile(file: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const bytes = await readInputFile(file, { signal, largest: LARGEST_TOKEN_BYTES })
    return bytes.toString('utf8').trim()
  } catch (error) {
    signal.throwIfAborted()
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined
    const message = `The ID token in ${file} cannot be read: ${fileFault(error)}.`
    throw new Failure('signing', { message, fix: 'Make that file readable, or remove it.' })
  }
}

const ADVICE = {
  github:
    'Add `permissions: id-token: write` to the job, and to the workflow that calls it. GitHub gives no ID tokens to pull requests from forks and by Dependabot.',
  gitlab: 'Add `id_tokens: {SIGSTORE_ID_TOKEN: {aud: sigstore}}` to the job.',
  other: 'Set SIGSTORE_ID_TOKEN to an ID token of your CI for the audience sigstore.'
}

function noSource({ ci, file }: IdentitySources): Failure {
  const where =
    ci === 'github'
      ? 'GitHub does not give one to this job'
      : `neither SIGSTORE_ID_TOKEN nor ${file} has one`
  const inputs = `${input('sign', 'keyless')} and ${input('attest')}`
  const message = `${inputs} need an ID token, and ${where}.`
  return new Failure('signing', {
    message,
    fix: `${ADVICE[ci ?? 'other']} Without an ID token, only signing with a key is possible.`
  })
}
