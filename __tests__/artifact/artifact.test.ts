import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { buildArtifact } from '../../src/artifact/artifact.ts'
import { type ChartArchive, readArchive } from '../../src/chart/archive.ts'

interface SignedPushes {
  readonly cases: readonly {
    readonly name: string
    readonly tgz: string
    readonly prov: string
    readonly manifest: string
    readonly digest: string
  }[]
}

const signed: SignedPushes = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/helm/signed-push.json'), 'utf8')
)

test.each(signed.cases)(
  'with provenance it is the one that helm push makes: $name',
  async ({ tgz, prov, manifest, digest }) => {
    const archive = await archiveIn(tgz)
    const artifact = buildArtifact(archive, {
      created: '2024-01-02T03:04:05Z',
      provenance: Buffer.from(prov, 'base64')
    })
    expect(artifact.manifest.bytes.toString('utf8')).toBe(manifest)
    expect(artifact.manifest.digest).toBe(digest)
  }
)

async function archiveIn(tgz: string): Promise<ChartArchive> {
  const { archive, problems } = readArchive(Buffer.from(tgz, 'base64'))
  if (!archive) throw new Error(problems.map(({ message }) => message).join(' '))
  return archive
}
