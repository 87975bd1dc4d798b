// Without Jest, so that scripts can use it too.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { SeenRequest } from './fake-service.ts'

const NAME = 'rekor.test'

/** What a Rekor v1 does, with one entry at a time: the root of its tree is the hash of that entry. */
export class FakeLog {
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #entries = new Map<string, object>()

  /** How many different signatures were added. */
  get size(): number {
    return this.#entries.size
  }

  /** Adds an entry, or shows one. */
  answer({ method, path, body }: Pick<SeenRequest, 'method' | 'path' | 'body'>) {
    if (method === 'GET') {
      const found = this.#entries.get(path.split('/').at(-1) ?? '')
      return found ? { status: 200, body: found } : { status: 404, body: {} }
    }
    const content = contentOf(body)
    const leaf = sha256(Buffer.concat([Buffer.from([0]), Buffer.from(content)]))
    const uuid = leaf.toString('hex')
    const known = this.#entries.get(uuid)
    const headers = { location: `/api/v1/log/entries/${uuid}` }
    if (known) return { status: 409, body: { code: 409, message: 'exists' }, headers }
    const entry = { [uuid]: this.#entry(content, leaf) }
    this.#entries.set(uuid, entry)
    return { status: 201, body: entry, headers }
  }

  /** As a trusted root has it. */
  rootEntry() {
    const publicKey = {
      rawBytes: spki(this.#key.publicKey).toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: '2020-01-01T00:00:00Z' }
    }
    const logId = { keyId: this.#id().toString('base64') }
    return { baseUrl: `https://${NAME}`, hashAlgorithm: 'SHA2_256', publicKey, logId }
  }

  #id(): Buffer {
    return sha256(spki(this.#key.publicKey))
  }

  #entry(content: string, root: Buffer) {
    const logged = {
      body: Buffer.from(content).toString('base64'),
      integratedTime: Math.floor(Date.now() / 1000),
      logID: this.#id().toString('hex'),
      logIndex: 7
    }
    const note = `${NAME} - 1\n1\n${root.toString('base64')}\n`
    const signed = Buffer.concat([this.#id().subarray(0, 4), this.#sign(note)])
    const checkpoint = `${note}\n\u2014 ${NAME} ${signed.toString('base64')}\n`
    const proof = { logIndex: 0, treeSize: 1, hashes: [], rootHash: root.toString('hex') }
    const signedEntryTimestamp = this.#sign(canonical(logged)).toString('base64')
    const inclusionProof = { ...proof, checkpoint }
    return { ...logged, verification: { inclusionProof, signedEntryTimestamp } }
  }

  #sign(text: string): Buffer {
    return sign('sha256', Buffer.from(text), this.#key.privateKey)
  }
}

function contentOf(body: string): string {
  const { envelope, verifiers } = JSON.parse(body).spec.proposedContent
  const { payload, signatures } = JSON.parse(envelope)
  const hashOf = (bytes: Buffer) => ({ algorithm: 'sha256', value: sha256(bytes).toString('hex') })
  return canonical({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: hashOf(Buffer.from(envelope)),
      payloadHash: hashOf(Buffer.from(payload, 'base64')),
      signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }]
    }
  })
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** RFC 8785, for objects of plain values. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}
