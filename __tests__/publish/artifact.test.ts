import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readArchive } from '../../src/chart/archive.ts'
import { tagOf } from '../../src/chart/chart-version.ts'
import { buildArtifact } from '../../src/publish/artifact.ts'

interface HelmPush {
  readonly name: string
  readonly tag: string
  readonly tgz: string
  readonly config: string
  readonly digest: string
}

const fixture = join(import.meta.dirname, '../fixtures/helm-push.json')
const { cases }: { readonly cases: readonly HelmPush[] } = JSON.parse(readFileSync(fixture, 'utf8'))

test.each(cases)(
  'the artifact is the one that helm push makes: $name',
  async ({ tgz, tag, config, digest }) => {
    const read = await readArchive(Buffer.from(tgz, 'base64'))
    if ('problems' in read) throw new Error(read.problems.map(({ message }) => message).join(' '))
    const artifact = buildArtifact(read.archive, '2024-01-02T03:04:05Z')
    expect(artifact.config.bytes.toString('utf8')).toBe(config)
    expect(artifact.manifest.digest).toBe(digest)
    expect(tagOf(read.archive.metadata.version)).toBe(tag)
  }
)
