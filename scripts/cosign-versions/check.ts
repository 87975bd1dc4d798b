// Has bundles of ours verified by several versions of cosign, from both versions of Rekor: node scripts/cosign-versions/check.ts
// Run by hand, since all of it takes long to build. Needs Go, openssl and mariadbd (Debian: mariadb-server-core).
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRegistryServer } from '../../__tests__/support/registry/registry-servers.ts'
import { openRegistry } from '../../__tests__/support/sigstore/attach.ts'
import {
  type SigstoreStand,
  servicesOf,
  startSigstore
} from '../../__tests__/support/sigstore/stand.ts'
import { markdownTable, type Rows } from '../bench/table.ts'
import { ensureTool } from '../ensure-tool.mjs'
import { toolOf } from '../tools.mjs'
import { type Asked, verdictsOn } from './ask-cosign.ts'
import { type Log, publishSigned, type Signed } from './publish-signed.ts'
import { startRekorV1, trustedRootWith } from './rekor-v1.ts'
import { sameSignatureTwice } from './same-signature.ts'

const COSIGNS = ['cosign', 'cosign30', 'cosign26']
const SERVICES = ['distribution', 'fulcio', 'tesseract', 'rekorTiles', 'timestampServer']
const REKOR_V1 = ['rekorV1', 'trillianServer', 'trillianSigner']
const HEAD = ['cosign', 'Log', 'Signed', 'Signature', 'Provenance']

for (const name of [...COSIGNS, ...SERVICES, ...REKOR_V1]) await ensureTool(name)
const folder = await mkdtemp(join(tmpdir(), 'phc-cosign-versions-'))
const running: { stop(): Promise<void> }[] = []

try {
  const stand = await startSigstore(join(folder, 'sigstore'))
  running.push(stand)
  const rekor = await startRekorV1(folder)
  running.push(rekor)
  say(await sameSignatureTwice(rekor.url))
  say(markdownTable([HEAD, ...(await rowsFor(stand, await logsOf(stand, rekor.url)))]))
} finally {
  await Promise.all(running.map((server) => server.stop()))
  await rm(folder, { recursive: true, force: true })
}

async function logsOf(stand: SigstoreStand, rekorV1: URL): Promise<readonly Log[]> {
  const services = servicesOf(stand)
  const withV1 = { ...services, logs: [{ url: rekorV1, version: 1 }] } as const
  const nowhere = { ...services, logs: [], timestampAuthorities: [] }
  const means = ['keyless', 'key'] as const
  const trustedRoot = await trustedRootWith(rekorV1, stand, join(folder, 'sigstore'))
  return [
    { title: 'Rekor v2, timestamp', services, trustedRoot: stand.trustedRoot, means },
    { title: 'Rekor v1, timestamp', services: withV1, trustedRoot, means },
    // Nobody can verify a certificate without a time.
    { title: 'none', services: nowhere, trustedRoot, means: ['key'] }
  ]
}

async function rowsFor({ issuer }: SigstoreStand, logs: readonly Log[]): Promise<Rows> {
  const server = await startRegistryServer('distribution', folder)
  running.push(server)
  const registry = openRegistry(server.host)
  const rows: (readonly string[])[] = []
  for (const log of logs) {
    for (const means of log.means) {
      const signed = await publishSigned(means, log, { registry, issuer })
      for (const cosign of COSIGNS)
        rows.push(await rowOf(signed, { cosign, issuer: issuer.url, folder }))
    }
  }
  await registry.close()
  return rows
}

async function rowOf(signed: Signed, asked: Asked): Promise<readonly string[]> {
  const verdicts = await verdictsOn(signed, asked)
  if (verdicts.some(({ isRight }) => !isRight)) process.exitCode = 1
  const [signature = '', provenance = ''] = verdicts.map(({ text }) => text)
  return [toolOf(asked.cosign).version, signed.log.title, signed.means, signature, provenance]
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
