import { describe, expect, test } from '@jest/globals'
import type { AttachedArtifact, ChartAttachments } from '../../../src/artifact/chart-attachments.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { EMPTY_CONFIG } from '../../../src/sigstore/bundle-manifest.ts'
import { type FakePush, OURS, pushToFake } from '../../support/registry/fake-push.ts'
import { attachedTo, SBOM } from '../../support/registry/source-chart.ts'
import { FakeStatements, fakeStatement } from '../../support/sigstore/fake-statements.ts'

const { manifest } = OURS.artifact
const SIGNATURE_TAG = `${manifest.digest.replace(':', '-')}.sig`

function sbom(text = 'an SBOM'): AttachedArtifact {
  return { ...attachedTo(manifest, text), type: SBOM }
}

/** A signature of a source, as this run would make it. */
function signature(): AttachedArtifact {
  const { bundle, manifest: attached } = fakeStatement('signature', manifest)
  const config = blobOf(EMPTY_CONFIG.mediaType, EMPTY_CONFIG.bytes)
  return { type: bundle.mediaType, config, layers: [bundle], manifest: attached }
}

function copy(attachments: Partial<ChartAttachments>, given: FakePush = {}) {
  const all = { referrers: [], tagged: [], ...attachments }
  return pushToFake({ ...given, copied: { source: 'oci://s.test/demo:1', attachments: all } })
}

describe('a new copy', () => {
  test('gets what is attached to its source before its tag', async () => {
    const { result, written } = await copy({ referrers: [sbom('one'), sbom('two')] })
    expect(result).toBe('published')
    expect(written.slice(-2)).toEqual(['2 attached', 'manifest 1.2.3'])
    expect(written).toContain('manifest without a tag')
  })

  test('gets the tags of cosign before its own', async () => {
    const tagged = [{ ...sbom(), tag: SIGNATURE_TAG }]
    const { written, registry } = await copy({ tagged })
    expect(written.filter((one) => one.startsWith('manifest '))).toEqual([
      `manifest ${SIGNATURE_TAG}`,
      'manifest without a tag',
      'manifest 1.2.3'
    ])
    expect(registry.shown(SIGNATURE_TAG)).toBe(tagged[0]?.manifest.digest)
  })

  test('of a source to which nothing is attached goes straight to its tag', async () => {
    const { result, written } = await copy({})
    expect([result, written.at(-1)]).toEqual(['published', 'manifest 1.2.3'])
    expect(written).not.toContain('manifest without a tag')
  })

  test('is signed beside what is copied', async () => {
    const statements = new FakeStatements('signature')
    const { written, stated } = await copy({ referrers: [sbom()] }, { statements })
    expect(written.slice(-2)).toEqual(['2 attached', 'manifest 1.2.3'])
    expect(stated?.trust.signature).toBe('signed')
  })

  test('is not signed again where its source has that very signature', async () => {
    const statements = new FakeStatements('signature')
    const { written, stated } = await copy({ referrers: [signature()] }, { statements })
    expect([statements.made, stated?.trust.signature]).toEqual([[], 'present'])
    expect(written.slice(-2)).toEqual(['1 attached', 'manifest 1.2.3'])
  })

  test('waits with all that is attached until the charts of the run are valid', async () => {
    const invalid = new Failure('chart', { message: 'Another is not valid.', fix: 'Mend it.' })
    const tagged = [{ ...sbom(), tag: SIGNATURE_TAG }]
    const { result, written } = await copy(
      { referrers: [sbom()], tagged },
      {
        isAllValid: () => false,
        untilAllValid: async () => {
          throw invalid
        }
      }
    )
    expect(result).toBe('chart')
    expect(written.filter((one) => /manifest|attached/.test(one))).toEqual([])
  })

  test('that another run publishes meanwhile gets what is attached as well', async () => {
    const { result, registry } = await copy(
      { referrers: [sbom()] },
      { meanwhile: (at) => ({ afterAttach: () => at.has('1.2.3', OURS.artifact) }) }
    )
    expect(result).toBe('unchanged')
    const { referrers } = await registry.client().listReferrers(REPOSITORY, manifest.digest)
    expect(referrers).toHaveLength(1)
  })
})

const REPOSITORY = { host: 'r.test', name: 'demo' }

describe('a copy that exists', () => {
  test('gets what is missing, and nothing twice', async () => {
    const [there, missing] = [sbom('there'), sbom('missing')]
    const { result, written, warnings } = await copy(
      { referrers: [there, missing] },
      { version: 'same', prepare: (registry) => registry.attach(there.manifest) }
    )
    expect([result, written.at(-1), warnings]).toEqual(['unchanged', '1 attached', []])
  })

  test('is unchanged with an error where that cannot be attached', async () => {
    const frozen = new Failure('conflict', { message: 'It is frozen.', fix: 'Thaw it.' })
    const { result, stated } = await copy(
      { referrers: [sbom()] },
      {
        version: 'same',
        meanwhile: () => ({
          afterAttach: () => {
            throw frozen
          }
        })
      }
    )
    expect(result).toBe('unchanged')
    expect(stated?.error).toMatchObject({
      kind: 'signing',
      message: 'r.test/demo:1.2.3 cannot get what is attached to its source: It is frozen.',
      fix: 'Thaw it.'
    })
  })

  test('gets nothing under another digest, with a warning', async () => {
    const given = { version: 'equivalent' } as const
    const { result, written, warnings } = await copy({ referrers: [sbom()] }, given)
    expect([result, written]).toEqual(['unchanged', []])
    expect(warnings).toContainEqual(
      expect.stringContaining('nothing that is attached to oci://s.test/demo:1 was copied')
    )
  })

  test('is told what it lacks in a dry run, and gets nothing', async () => {
    const given = { version: 'same', dryRun: true } as const
    const { written, lines } = await copy({ referrers: [sbom()] }, given)
    expect(written).toEqual([])
    expect(lines).toContainEqual(expect.stringMatching(/It would get application\/vnd.cyclonedx/))
  })
})
