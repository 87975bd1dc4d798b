import { generateKeyPairSync } from 'node:crypto'
import { accessForTests } from '../../__tests__/support/sigstore/access.ts'
import { signPayload } from '../../src/sigstore/dsse.ts'
import { addToRekorV1 } from '../../src/sigstore/rekor-v1.ts'
import { ServiceClient } from '../../src/sigstore/service-client.ts'

/** A request whose answer was lost is made again: the log then says where the entry is. Says what came of it. */
export async function sameSignatureTwice(log: URL): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const envelope = signPayload(Buffer.from('{}'), privateKey)
  const signature = { envelope, verifier: { kind: 'key', publicKey } } as const
  const access = accessForTests()
  const client = new ServiceClient(access)
  const first = await addToRekorV1(client, { log, signature }, access)
  const second = await addToRekorV1(client, { log, signature }, access)
  await client.close()
  const isSame = first['canonicalizedBody'] === second['canonicalizedBody']
  if (!isSame) process.exitCode = 1
  return `Rekor v1, the same signature again: ${isSame ? 'the same entry' : 'another entry'}`
}
