import { headerOf } from '../http/message.ts'
import { Failure } from '../shared/failure.ts'
import { downloadBlob, type WantedBlob } from './download.ts'
import { unaskedEncoding } from './errors/registry-answer.ts'
import type { RequestContext } from './request-context.ts'
import type { Blob } from './spec/blob.ts'
import { type Repository, repositoryText } from './spec/reference.ts'

/** Storage that a HEAD is sent on to has the blob: the registry looked before it sent us there. */
const TO_STORAGE = [302, 303, 307, 308]
/** Artifactory hides what is not there behind 403, some servers know no HEAD. */
const UNTOLD = [403, 405]

/** `unknown` where the registry does not say it. */
export type BlobPresence = 'present' | 'absent' | 'unknown'

/**
 * Whether a repository has a blob (distribution-spec v1.1, "Checking if content exists in the registry"),
 * as far as the registry shows it. A 404 counts whoever wrote it, since the answer to a HEAD does not show that: the
 * worst that comes of it is that the blob is sent again.
 * @throws Failure verification, when it has one of another length under that digest
 */
export async function blobPresence(
  context: RequestContext,
  repository: Repository,
  blob: WantedBlob
): Promise<BlobPresence> {
  const url = context.url(repository, `blobs/${blob.digest}`)
  const response = await context.send(repository, { method: 'HEAD', url, headers: {} })
  if (TO_STORAGE.includes(response.status)) return 'present'
  if (response.status === 404) return 'absent'
  if (UNTOLD.includes(response.status)) return 'unknown'
  const place = `the blob ${blob.digest} of ${repositoryText(repository)}`
  if (response.status !== 200) throw context.responseError(response, `to show ${place}`)
  // Of what is compressed on the way, the length is another.
  const isEncoded = unaskedEncoding(response) !== undefined
  const length = isEncoded ? undefined : headerOf(response, 'content-length')
  if (length === undefined || Number(length) === blob.size) return 'present'
  const message = `${context.host} shows ${place} with ${length} bytes, but ${blob.size} bytes were sent.`
  throw new Failure('verification', {
    message,
    fix: 'Check the storage of the registry: it has other content under that digest.'
  })
}

/**
 * Looks into a Docker-Content-Digest that contradicts what was sent, by reading the blob: right bytes are
 * worth a warning. Other algorithms than ours (servers.md: sha512 and sha256) are not compared.
 * @throws Failure verification
 */
export async function settleBlobDigest(
  context: RequestContext,
  repository: Repository,
  { blob, claimed }: { readonly blob: Blob; readonly claimed: string | undefined }
): Promise<void> {
  if (!contradicts(claimed, blob)) return
  const answer = await downloadBlob(context, repository, blob)
  if (answer.kind !== 'found') throw keptOther(context.host, claimed, blob)
  context.logger.warning(wrongHeader(context.host, claimed, blob))
}

export function contradicts(claimed: string | undefined, { digest }: Blob): claimed is string {
  return claimed?.startsWith('sha256:') === true && claimed !== digest
}

export function wrongHeader(host: string, claimed: string, blob: Blob): string {
  return `${otherHeader(host, claimed, blob)}; it has the right content.`
}

export function otherHeader(host: string, claimed: string, { digest }: Blob): string {
  return `${host} answered with the digest ${claimed} for ${digest}`
}

/** A registry that changes what it is given. */
export function keptOther(host: string, claimed: string, { digest }: Blob): Failure {
  const message = `${host} stored ${digest} as ${claimed}, and does not return the content that was sent.`
  const fix = 'Check the registry and the proxies in between: one of them changes what is pushed.'
  return new Failure('verification', { message, fix })
}
