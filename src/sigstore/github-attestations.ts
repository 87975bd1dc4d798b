import { nextLink } from '../http/link.ts'
import { type HttpResponse, headerOf } from '../http/message.ts'
import { Failure, problemOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { attestationsRequest, type GitHubApiAccess } from './auth-requests.ts'
import type { ServiceClient } from './service-client.ts'
import { serviceFailure } from './service-failure.ts'

/** How attestations get to GitHub, and where people see them. */
export interface GitHubAccess extends GitHubApiAccess {
  /** GITHUB_SERVER_URL. */
  readonly serverUrl: string
}

/** A bundle that is to be found at GitHub, by the digest that it is about. */
export interface StoredAttestation {
  /** `sha256:` and the hexadecimal digits. */
  readonly digest: string
  readonly bundle: Buffer
  readonly predicateType: string
}

const SERVICE = 'attestations API'
const AGAIN = 'Run the job again to store it.'
/** GitHub ends a request after ten seconds (docs.github.com, "Troubleshooting the REST API"); the rest is for the way. */
const GITHUB_MS = 30_000
/** As many as GitHub gives at once: 60 KiB, or 1.1 MiB where their bundles come along, of 11 KiB with provenance. */
const PER_PAGE = 100
const LARGEST_PAGE_BYTES = 4 * 1024 * 1024
/** A thousand attestations, as many as `gh attestation verify` reads (cli/cli, pkg/cmd/attestation/api/client.go). */
const MOST_PAGES = 10

/** Whether the GitHub at GITHUB_SERVER_URL stores attestations: GitHub Enterprise Server has no such API. */
export function hasAttestations(serverUrl: string): boolean {
  if (!URL.canParse(serverUrl)) return false
  const { hostname } = new URL(serverUrl)
  return hostname === 'github.com' || hostname.endsWith('.ghe.com')
}

/**
 * Stores a bundle at GitHub unless it is there, never twice: where the answer is lost, GitHub is asked for it before
 * it is sent again. Gives the page of the attestation where GitHub says its id.
 * @throws Failure signing; the signal's reason on abort
 */
export async function storeAttestation(
  client: ServiceClient,
  access: GitHubAccess,
  attestation: StoredAttestation
): Promise<{ readonly isNew: boolean; readonly url: string | undefined }> {
  try {
    const isThere = () => isStored(client, access, attestation)
    if (await isThere()) return { isNew: false, url: undefined }
    // Written anew: one that was found may have a key twice, of which GitHub might take the one that nobody verified.
    const body = Buffer.from(JSON.stringify({ bundle: parseJson(attestation.bundle) }))
    const request = attestationsRequest(access, { body })
    const asked = { service: SERVICE, request, attemptMs: GITHUB_MS, fix: AGAIN }
    const response = await client.sendUnlessDone(asked, isThere)
    if (response === undefined) return { isNew: true, url: undefined }
    if (response.status !== 201 && response.status !== 200) throw refused(client, response, access)
    return { isNew: true, url: pageOf(response, access) }
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'signing') throw error
    const { message: failed, why = '', fix } = problemOf(error)
    const message = `The attestation of ${attestation.digest} was not stored at GitHub:`
    throw new Failure('signing', { message, why: `${failed} ${why}`.trimEnd(), fix })
  }
}

async function isStored(
  client: ServiceClient,
  access: GitHubAccess,
  attestation: StoredAttestation
): Promise<boolean> {
  const signature = signatureIn(parseJson(attestation.bundle))
  if (signature === undefined) throw new Error('only bundles with a signed envelope are stored')
  for await (const page of pagesOf(client, access, attestation)) {
    if (attestationsIn(page).some((entry) => isSame(entry, signature))) return true
  }
  return false
}

/** @throws Failure signing, also for more than is read: nobody can say then whether one is among them */
async function* pagesOf(
  client: ServiceClient,
  access: GitHubAccess,
  { digest, predicateType }: StoredAttestation
): AsyncGenerator<HttpResponse, void, undefined> {
  const query = { per_page: `${PER_PAGE}`, predicate_type: predicateType }
  const first = attestationsRequest(access, { digest, query })
  const limits = { attemptMs: GITHUB_MS, largestBytes: LARGEST_PAGE_BYTES }
  let request = first
  for (let page = 1; page <= MOST_PAGES; page++) {
    const response = await client.send({ service: SERVICE, request, ...limits, fix: AGAIN })
    if (response.status === 404 && page === 1) return
    if (response.status !== 200) throw refused(client, response, access)
    yield response
    const cursor = cursorIn(response)
    if (!cursor) return
    request = attestationsRequest(access, { digest, query: { ...query, ...cursor } })
  }
  const why = `It lists more than ${MOST_PAGES * PER_PAGE} attestations of that digest.`
  const fix = 'Delete attestations that are not needed.'
  throw serviceFailure({ service: SERVICE, url: first.url, why, fix })
}

/** @throws Failure signing, when it is no list */
function attestationsIn({ url, body }: HttpResponse): readonly Readonly<Record<string, unknown>>[] {
  const answer = parseJson(body)
  const attestations = isObject(answer) ? answer['attestations'] : undefined
  if (Array.isArray(attestations)) return attestations.filter(isObject)
  const why = 'Its answer is not a list of attestations.'
  throw serviceFailure({ service: SERVICE, url, why, fix: AGAIN })
}

/**
 * GitHub leaves the bundles out (docs.github.com, "Breaking changes", 2026-03-10; of older versions too since July 2026,
 * tflint#2591), and says where each can be fetched, which is not done: what it lists are attestations of one predicate
 * type, of which one is enough.
 */
function isSame(
  { bundle, bundle_url: elsewhere }: Readonly<Record<string, unknown>>,
  signature: string
): boolean {
  if (isObject(bundle)) return signatureIn(bundle) === signature
  return typeof elsewhere === 'string' && elsewhere !== ''
}

function signatureIn(bundle: unknown): string | undefined {
  const envelope = isObject(bundle) ? bundle['dsseEnvelope'] : undefined
  const signatures = isObject(envelope) ? envelope['signatures'] : undefined
  const [first]: readonly unknown[] = Array.isArray(signatures) ? signatures : []
  const signature = isObject(first) ? first['sig'] : undefined
  return typeof signature === 'string' ? signature : undefined
}

/** Only the cursor is taken from the link to the next page: the token goes to the address that we know. */
function cursorIn({ headers, url }: HttpResponse): { readonly after: string } | undefined {
  const link = nextLink(headers['link'])
  if (link === undefined || !URL.canParse(link, url)) return undefined
  const after = new URL(link, url).searchParams.get('after')
  return after ? { after } : undefined
}

function pageOf({ body }: HttpResponse, access: GitHubAccess): string | undefined {
  const answer = parseJson(body)
  const id = isObject(answer) ? answer['id'] : undefined
  if (typeof id !== 'string' && typeof id !== 'number') return undefined
  if (!/^\d+$/.test(`${id}`)) return undefined
  return `${access.serverUrl.replace(/\/+$/, '')}/${access.repository}/attestations/${id}`
}

function refused(
  client: ServiceClient,
  response: HttpResponse,
  { repository }: GitHubAccess
): Failure {
  return client.refusal(response, { service: SERVICE, fix: fixFor(response, repository) })
}

function fixFor(response: HttpResponse, repository: string): string {
  const { status } = response
  if (isLimited(response)) return `GitHub limits requests: wait a few minutes. ${AGAIN}`
  if (status === 401 || status === 403 || status === 404) {
    return `Add \`permissions: attestations: write\` to the job, and to the workflow that calls it; another token in ${input('github-token')} needs that permission for ${repository}. GitHub gives read-only tokens to pull requests from forks and by Dependabot.`
  }
  if (status === 422) return `Set ${input('github-attestation', 'false')} not to store it.`
  return AGAIN
}

/** docs.github.com, "Rate limits for the REST API": 429 or 403, with one of these fields. */
function isLimited(response: HttpResponse): boolean {
  if (response.status === 429) return true
  const isSpent = headerOf(response, 'x-ratelimit-remaining') === '0'
  return response.status === 403 && (isSpent || headerOf(response, 'retry-after') !== undefined)
}
