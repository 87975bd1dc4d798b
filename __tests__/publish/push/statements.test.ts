import { describe, expect, test } from '@jest/globals'
import type { ChartArtifact } from '../../../src/artifact/artifact.ts'
import type { PackedChart } from '../../../src/artifact/packed-chart.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { EMPTY_CONFIG } from '../../../src/sigstore/bundle-manifest.ts'
import type { FakeRegistry } from '../../support/registry/fake-client.ts'
import {
  DIFFERENT,
  EQUIVALENT,
  type FakePush,
  OURS,
  pushToFake
} from '../../support/registry/fake-push.ts'
import { FakeStatements, fakeStatement } from '../../support/sigstore/fake-statements.ts'

const { manifest } = OURS.artifact
const INTERRUPTED = new Failure('sigint', { message: 'Interrupted.', fix: 'Run it again.' })
const LOG_IS_DOWN = new Failure('signing', { message: 'The log is down.', fix: 'Wait.' })

function push(statements: FakeStatements, given: FakePush = {}) {
  return pushToFake({ ...given, statements })
}

function both(): FakeStatements {
  return new FakeStatements('signature', 'attestation')
}

/** Attaches a statement before the run. */
function attached(kind: 'signature' | 'attestation', signer = 'us', subject = manifest) {
  return (registry: FakeRegistry) => {
    const statement = fakeStatement(kind, subject, signer)
    registry.hasBlob(statement.bundle)
    registry.hasBlob(blobOf(EMPTY_CONFIG.mediaType, EMPTY_CONFIG.bytes))
    registry.attach(statement.manifest)
  }
}

/** A run that ends when it asks for the second time what is attached: once it has attached something. */
function interrupted(): FakePush {
  const controller = new AbortController()
  let left = 2
  const whileListing = () => {
    left -= 1
    if (left === 0) controller.abort(INTERRUPTED)
    controller.signal.throwIfAborted()
  }
  return { signal: controller.signal, meanwhile: () => ({ whileListing }) }
}

/** With more in its manifest than follows from its archive. */
function strange({ artifact: { config, chart, layers, manifest } }: PackedChart): ChartArtifact {
  const parsed = JSON.parse(manifest.bytes.toString('utf8'))
  parsed.annotations['org.example.claim'] = 'audited'
  const bytes = Buffer.from(JSON.stringify(parsed))
  return { config, chart, layers, manifest: blobOf(manifest.mediaType, bytes) }
}

describe('a new version', () => {
  test('gets its tag last: blobs, manifest, what is attached, tag', async () => {
    const { result, written, stated } = await push(both())
    expect(result).toBe('published')
    expect(written.slice(0, 2).sort()).toEqual(['archive', 'config'])
    expect(written.slice(-2)).toEqual(['2 attached', 'manifest 1.2.3'])
    expect(written).toContain('manifest without a tag')
    expect(written.indexOf('manifest without a tag')).toBeLessThan(written.indexOf('2 attached'))
    const kinds = stated?.trust.statements.map(({ kind, state }) => `${kind} ${state}`)
    expect(kinds).toEqual(['signature signed', 'attestation signed'])
    expect(stated?.trust.signature).toBe('signed')
  })

  test('is not tagged when it cannot be signed, and nothing of it is left but blobs', async () => {
    const statements = both()
    statements.failure = LOG_IS_DOWN
    const { result, written } = await push(statements)
    expect(result).toBe('signing')
    expect(written.filter((one) => /manifest|attached/.test(one))).toEqual([])
  })

  test('is not signed before all charts of the run are valid', async () => {
    const statements = both()
    const { result, written } = await push(statements, {
      isAllValid: () => false,
      untilAllValid: async () => {
        expect(statements.made).toEqual([])
        throw new Failure('chart', { message: 'Another is not valid.', fix: 'Mend it.' })
      }
    })
    expect(result).toBe('chart')
    expect(statements.made).toEqual([])
    expect(written.filter((one) => /manifest|attached/.test(one))).toEqual([])
  })

  test('that was signed before its tag could be written is not signed again', async () => {
    const statements = new FakeStatements('signature')
    const { result, stated } = await push(statements, { prepare: attached('signature') })
    expect(result).toBe('published')
    expect(statements.made).toEqual([])
    expect(stated?.trust).toMatchObject({ signature: 'present' })
  })

  test('is left to another run that has published it meanwhile, and is signed there', async () => {
    const { result, stated } = await push(new FakeStatements('signature'), {
      meanwhile: (registry) => ({ whileUploading: () => registry.has('1.2.3', OURS.artifact) })
    })
    expect(result).toBe('unchanged')
    expect(stated?.trust.signature).toBe('present')
  })

  test('that may not be signed gets no tag', async () => {
    const statements = new FakeStatements('signature')
    const { result, message, written } = await push(statements, { wanted: strange(OURS) })
    expect([result, statements.made]).toEqual(['signing', []])
    expect(message).toContain('was not published, because it may not be signed')
    expect(written.filter((one) => /manifest|attached/.test(one))).toEqual([])
  })

  test('in a dry run writes and signs nothing', async () => {
    const statements = both()
    const { result, written, stated } = await push(statements, { dryRun: true })
    expect([result, written, statements.made]).toEqual(['planned', [], []])
    expect(stated?.trust).toMatchObject({ signature: 'signed', statements: [] })
  })

  test('is attached once more when a sweep has come between', async () => {
    const { result, written, stated } = await push(both(), {
      meanwhile: (registry) => ({
        afterManifest: (tag) => tag === '1.2.3' && registry.detach(manifest.digest)
      })
    })
    expect(result).toBe('published')
    expect(written.filter((one) => one === '2 attached')).toHaveLength(2)
    expect(stated?.error).toBeUndefined()
  })

  test('that the registry never lists as signed is published, with an error, and no other tag', async () => {
    const { result, written, stated } = await push(both(), {
      extra: ['latest', 'older version'],
      meanwhile: (registry) => ({ afterAttach: () => registry.detach(manifest.digest) })
    })
    expect(result).toBe('published')
    expect(stated?.error).toMatchObject({ kind: 'signing' })
    expect(written).not.toContain('manifest latest')
  })

  test('that is interrupted while it is looked at ends so, not as one that lacks its signature', async () => {
    const { result, stated } = await push(new FakeStatements('signature'), interrupted())
    expect([result, stated?.error]).toEqual(['published', INTERRUPTED])
  })
})

describe('a version that exists', () => {
  test('and is signed by us is left as it is', async () => {
    const statements = new FakeStatements('signature')
    const { result, written, stated } = await push(statements, {
      version: 'same',
      prepare: attached('signature')
    })
    expect([result, written, statements.made]).toEqual(['unchanged', [], []])
    expect(stated?.trust).toMatchObject({ signature: 'present' })
  })

  test('and is signed by somebody else gets ours, once', async () => {
    const statements = new FakeStatements('signature')
    const { result, written, stated } = await push(statements, {
      version: 'same',
      prepare: attached('signature', 'somebody else')
    })
    expect(result).toBe('unchanged')
    expect(written.filter((one) => one.includes('attached'))).toEqual(['1 attached'])
    expect(stated?.trust).toMatchObject({ signature: 'signed' })
  })

  test('and has no provenance gets it alone', async () => {
    const statements = both()
    const { stated } = await push(statements, { version: 'same', prepare: attached('signature') })
    expect(statements.made).toEqual(['attestation'])
    expect(stated?.trust.statements.map(({ state }) => state)).toEqual(['present', 'signed'])
  })

  test('with another archive is signed where its manifest says nothing else, and not attested', async () => {
    const statements = both()
    const { result, stated, warnings } = await push(statements, { version: 'equivalent' })
    expect(result).toBe('unchanged')
    expect(statements.made).toEqual(['signature'])
    expect(stated?.trust).toMatchObject({ signature: 'signed' })
    expect(warnings.join()).toContain(
      `No provenance: this run did not create ${EQUIVALENT.artifact.manifest.digest} byte for byte.`
    )
  })

  test('with more in its manifest than we would write is not signed, and says so', async () => {
    const other = strange(EQUIVALENT)
    const statements = new FakeStatements('signature')
    const { result, stated, warnings } = await push(statements, {
      prepare: (registry) => registry.has('1.2.3', other)
    })
    expect([result, statements.made]).toEqual(['unchanged', []])
    expect(stated?.trust).toMatchObject({ signature: 'absent', statements: [] })
    expect(stated?.error).toBeUndefined()
    expect(warnings.join()).toContain('No signature: ')
  })

  test('that cannot be signed now is unchanged, with an error, and gets no other tag', async () => {
    const statements = both()
    statements.failure = LOG_IS_DOWN
    const extra = ['latest', 'older version'] as const
    const { result, written, stated, lines } = await push(statements, { version: 'same', extra })
    expect([result, written]).toEqual(['unchanged', []])
    expect(lines.join()).toContain('Not tagged latest either.')
    expect(stated).toMatchObject({ trust: { signature: 'absent' }, error: LOG_IS_DOWN })
  })

  test('but does not say what is attached is unchanged, with what went wrong as the error', async () => {
    const noList = new Failure('registry', { message: 'There is no list.', fix: 'Wait.' })
    const { result, stated } = await push(both(), {
      version: 'same',
      meanwhile: () => ({
        whileListing: () => {
          throw noList
        }
      })
    })
    expect(result).toBe('unchanged')
    expect(stated).toMatchObject({ trust: { signature: 'absent' }, error: noList })
  })

  test.each(['absent', 'same'] as const)(
    'whose list of statements is something else cannot be signed (version: %s)',
    async (version) => {
      const noIndex = new Failure('conflict', { message: 'It is no index.', fix: 'Remove it.' })
      const { result, written, stated } = await push(new FakeStatements('signature'), {
        version,
        meanwhile: () => ({
          whileListing: () => {
            throw noIndex
          }
        })
      })
      const message = 'r.test/demo:1.2.3 cannot be signed: It is no index.'
      const error = { kind: 'signing', message, fix: 'Remove it.' }
      if (version === 'same') expect([result, stated?.error]).toMatchObject(['unchanged', error])
      else expect(result).toBe('signing')
      expect(written.filter((one) => /manifest|attached/.test(one))).toEqual([])
    }
  )

  test('and has as many signatures as verifiers read gets no other', async () => {
    const statements = new FakeStatements('signature')
    const { result, stated } = await push(statements, {
      version: 'same',
      prepare: (registry) => {
        for (let count = 0; count < 50; count++) attached('signature', `signer ${count}`)(registry)
      }
    })
    expect([result, statements.made]).toEqual(['unchanged', []])
    expect(stated?.error).toMatchObject({ kind: 'signing' })
  })

  test('with other content is skipped, and never signed', async () => {
    const statements = both()
    const { result, stated } = await push(statements, { version: 'different', ifExists: 'skip' })
    expect([result, statements.made]).toEqual(['skipped', []])
    expect(stated?.trust.signature).toBe('absent')
  })

  test('in a dry run is looked at, and not signed', async () => {
    const statements = new FakeStatements('signature')
    const { written, stated, warnings } = await push(statements, { version: 'same', dryRun: true })
    expect([written, statements.made, warnings]).toEqual([[], [], []])
    expect(stated?.trust.signature).toBeUndefined()
  })

  test('but is hidden by a policy until it is signed is signed, then unchanged', async () => {
    const { result, written, stated } = await push(new FakeStatements('signature'), {
      version: 'same',
      prepare: (registry) => registry.hideUnsigned()
    })
    expect(result).toBe('unchanged')
    expect(written).toContain('1 attached')
    expect(written.filter((one) => one === 'manifest 1.2.3')).toEqual([])
    expect(stated?.trust.signature).toBe('present')
  })

  test.each<[string, FakePush]>([
    ['with other content, that a policy hides until it is signed', { version: 'different' }],
    ['with other content, when it may be replaced', { version: 'different', ifExists: 'overwrite' }]
  ])('%s is not written over', async (_, given) => {
    const { result, written, message } = await push(new FakeStatements('signature'), {
      ...given,
      prepare: (registry) => registry.hideUnsigned()
    })
    expect(result).toBe('conflict')
    expect(message).toContain('a policy of the registry hides it')
    expect(written.filter((one) => one === 'manifest 1.2.3')).toEqual([])
  })

  test('that another run has published meanwhile, and a policy hides, is not written over', async () => {
    const { result, message, written } = await push(new FakeStatements('signature'), {
      ifExists: 'overwrite',
      meanwhile: (registry) => ({
        whileUploading: () => {
          registry.has('1.2.3', DIFFERENT.artifact)
          registry.hideUnsigned()
        }
      })
    })
    expect(result).toBe('conflict')
    expect(message).toContain('a policy of the registry hides it')
    expect(written.filter((one) => one === 'manifest 1.2.3')).toEqual([])
  })

  test('that a policy hides from a run that does not sign is a conflict', async () => {
    const { result, written } = await pushToFake({
      version: 'same',
      prepare: (registry) => registry.hideUnsigned()
    })
    expect([result, written]).toEqual(['conflict', []])
  })
})

describe('the time of the registry', () => {
  const asked: Readonly<Record<string, FakePush>> = {
    'a new version': {},
    'a new version, when other charts are waited for': { isAllValid: () => false },
    'a version that exists': { version: 'same' },
    'a version that exists, in another archive': { version: 'equivalent' },
    'a version that a policy hides': {
      version: 'same',
      prepare: (registry) => registry.hideUnsigned()
    }
  }

  test.each(Object.entries(asked))(
    'runs while it is asked for statements: %s',
    async (_, given) => {
      let pauses = 0
      const during: number[] = []
      const { result } = await push(new FakeStatements('signature'), {
        ...given,
        meanwhile: () => ({ whileListing: () => during.push(pauses) }),
        pausedFor: async (other) => {
          pauses += 1
          return other.finally(() => {
            pauses -= 1
          })
        }
      })
      expect(['published', 'unchanged']).toContain(result)
      expect(during).not.toEqual([])
      expect(during.filter(Boolean)).toEqual([])
    }
  )

  test('does not run while what exists is signed', async () => {
    const waitedFor: unknown[] = []
    await push(new FakeStatements('signature'), {
      version: 'same',
      pausedFor: async (other) => {
        waitedFor.push(await other)
        return other
      }
    })
    expect(waitedFor).toContainEqual(expect.objectContaining({ bundle: expect.anything() }))
  })
})

describe('provenance', () => {
  test.each(['absent', 'same'] as const)('is stored at GitHub (version: %s)', async (version) => {
    const statements = new FakeStatements('attestation')
    const { stated } = await push(statements, { version })
    expect(statements.stored).toEqual(['attestation'])
    expect(stated?.trust).toMatchObject({
      signature: 'off',
      attestationUrl: 'https://github.com/acme/charts/attestations/1'
    })
  })

  test('that was found is stored too', async () => {
    const statements = new FakeStatements('attestation')
    await push(statements, { version: 'same', prepare: attached('attestation') })
    expect([statements.made, statements.stored]).toEqual([[], ['attestation']])
  })

  test('that GitHub does not take is an error beside what is published', async () => {
    const statements = new FakeStatements('attestation')
    statements.storeFailure = LOG_IS_DOWN
    const { result, stated } = await push(statements)
    expect(result).toBe('published')
    expect(stated?.trust.attestationUrl).toBeUndefined()
    expect(stated?.error).toMatchObject({
      kind: 'signing',
      message: 'r.test/demo:1.2.3 was published, but: The log is down.'
    })
  })
})
