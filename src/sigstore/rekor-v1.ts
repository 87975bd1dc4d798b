import { X509Certificate } from 'node:crypto'
import { type HttpResponse, headerOf } from '../http/message.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { envelopeJson } from './dsse.ts'
import {
  endpoint,
  isLogEntry,
  LOG_SERVICE,
  type LogEntry,
  type LoggedSignature,
  type Verifier
} from './log-entry.ts'
import { LOG_MS, type ServiceClient } from './service-client.ts'
import { refusedByService, serviceFailure } from './service-failure.ts'
import type { SigstoreAccess } from './sigstore-access.ts'

const PATH = '/api/v1/log/entries'
/** The name of an entry: a hash, with the number of its shard before it (sigstore/rekor, pkg/sharding). */
const ENTRY = /\/api\/v1\/log\/entries\/([0-9a-f]{64,80})$/

/**
 * Writes a signature into a Rekor v1 as a `dsse` entry (sigstore/rekor, openapi.yaml). The request may be repeated: when
 * the log has the entry already, it says where, and that one is read.
 * @throws Failure signing; the signal's reason on abort
 */
export async function addToRekorV1(
  client: ServiceClient,
  { log, signature }: { readonly log: URL; readonly signature: LoggedSignature },
  { secrets }: SigstoreAccess
): Promise<LogEntry> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const body = Buffer.from(JSON.stringify(proposed(signature)))
  const request = { method: 'POST', url: endpoint(log, PATH), headers, body } as const
  const response = await client.send({ service: LOG_SERVICE, request, attemptMs: LOG_MS })
  const url = response.status === 409 ? existingEntry(log, response) : undefined
  const found = url
    ? await client.send({
        service: LOG_SERVICE,
        request: { method: 'GET', url, headers: { accept: 'application/json' } },
        attemptMs: LOG_MS
      })
    : response
  if (found.status !== 201 && found.status !== 200) {
    throw refusedByService(found, LOG_SERVICE, secrets)
  }
  return entryIn(found)
}

function proposed({ envelope, verifier }: LoggedSignature) {
  const { signatures, ...rest } = envelopeJson(envelope)
  // Rekor's schema wants a keyid, which may be empty.
  const logged = { ...rest, signatures: signatures.map(({ sig }) => ({ keyid: '', sig })) }
  const verifiers = [Buffer.from(pemOf(verifier)).toString('base64')]
  const proposedContent = { envelope: JSON.stringify(logged), verifiers }
  return { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent } }
}

function pemOf(verifier: Verifier): string {
  if (verifier.kind === 'certificate') return new X509Certificate(verifier.certificate).toString()
  return verifier.publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

/** Only the name of the entry is taken from the answer: it is read from the log that we know. */
function existingEntry(log: URL, response: HttpResponse): URL | undefined {
  const [, uuid] = ENTRY.exec(headerOf(response, 'location') ?? '') ?? []
  return uuid === undefined ? undefined : endpoint(log, `${PATH}/${uuid}`)
}

/** The entry of an answer, which has it under its name, in the form that bundles have. @throws Failure signing */
function entryIn({ body, url }: HttpResponse): LogEntry {
  const answer = parseJson(body)
  const [entry] = isObject(answer) ? Object.values(answer) : []
  const converted = isObject(entry) ? convert(entry) : undefined
  if (isLogEntry(converted)) return converted
  throw serviceFailure({ service: LOG_SERVICE, url, why: 'Its answer is not a log entry.' })
}

type JsonObject = Readonly<Record<string, unknown>>

/** Hexadecimal digits become base64, numbers become strings, as in protobuf's JSON. */
function convert(entry: JsonObject): unknown {
  const verification = objectIn(entry, 'verification')
  const proof = objectIn(verification, 'inclusionProof')
  const hashes = Array.isArray(proof['hashes']) ? proof['hashes'] : []
  return {
    logIndex: textOf(entry['logIndex']),
    logId: { keyId: base64Of(entry['logID']) },
    kindVersion: kindOf(entry['body']),
    integratedTime: textOf(entry['integratedTime']),
    inclusionPromise: { signedEntryTimestamp: textOf(verification['signedEntryTimestamp']) },
    inclusionProof: {
      logIndex: textOf(proof['logIndex']),
      rootHash: base64Of(proof['rootHash']),
      treeSize: textOf(proof['treeSize']),
      hashes: hashes.map(base64Of),
      checkpoint: { envelope: textOf(proof['checkpoint']) }
    },
    canonicalizedBody: entry['body']
  }
}

/** The log says in the entry of which kind it is. */
function kindOf(body: unknown): JsonObject | undefined {
  const content = typeof body === 'string' ? parseJson(Buffer.from(body, 'base64')) : undefined
  return isObject(content) ? { kind: content['kind'], version: content['apiVersion'] } : undefined
}

function objectIn(value: JsonObject, key: string): JsonObject {
  const found = value[key]
  return isObject(found) ? found : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : ''
}

function base64Of(hex: unknown): string {
  return typeof hex === 'string' ? Buffer.from(hex, 'hex').toString('base64') : ''
}
