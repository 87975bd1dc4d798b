import { describe, expect, test } from '@jest/globals'
import type { IfExists } from '../../../src/publish/model/request.ts'
import { deferred } from '../../../src/shared/deferred.ts'
import type { FakeRegistry } from '../../support/registry/fake-client.ts'
import {
  DIFFERENT,
  EQUIVALENT,
  OURS,
  pushToFake,
  STATES,
  type State
} from '../../support/registry/fake-push.ts'

type Row = readonly [State, IfExists, result: string, written: readonly string[]]

const BLOBS = ['config', 'archive']
const ALL = [...BLOBS, 'manifest 1.2.3']
const NOTHING: readonly string[] = []

describe('by what exists under the version', () => {
  const rows: readonly Row[] = [
    ['absent', 'fail', 'published', ALL],
    ['absent', 'skip', 'published', ALL],
    ['absent', 'overwrite', 'published', ALL],
    ['same', 'fail', 'unchanged', NOTHING],
    ['same', 'skip', 'unchanged', NOTHING],
    ['same', 'overwrite', 'unchanged', NOTHING],
    ['same, without its archive', 'fail', 'unchanged', ['archive']],
    ['same, without its archive', 'skip', 'unchanged', ['archive']],
    ['same, without its archive', 'overwrite', 'unchanged', ['archive']],
    ['equivalent', 'fail', 'unchanged', NOTHING],
    ['equivalent', 'skip', 'unchanged', NOTHING],
    ['equivalent', 'overwrite', 'unchanged', NOTHING],
    ['different', 'fail', 'conflict', NOTHING],
    ['different', 'skip', 'skipped', NOTHING],
    ['different', 'overwrite', 'published', ALL],
    ['broken chart of ours', 'fail', 'verification', NOTHING],
    ['broken chart of ours', 'skip', 'verification', NOTHING],
    ['broken chart of ours', 'overwrite', 'published', ALL],
    ['broken chart', 'fail', 'conflict', NOTHING],
    ['broken chart', 'skip', 'conflict', NOTHING],
    ['broken chart', 'overwrite', 'published', ALL],
    ['image', 'fail', 'conflict', NOTHING],
    ['image', 'skip', 'conflict', NOTHING],
    ['image', 'overwrite', 'conflict', NOTHING]
  ]

  test.each(rows)('%s, if-exists: %s: %s', async (version, ifExists, result, written) => {
    expect(await pushToFake({ version, ifExists })).toMatchObject({ result, written })
  })

  test.each(rows)('%s, if-exists: %s, in a dry run', async (version, ifExists, result) => {
    const planned = result === 'published' ? 'planned' : result
    const dry = await pushToFake({ version, ifExists, dryRun: true })
    expect(dry).toMatchObject({ result: planned, written: [] })
  })

  test('the digest is the one of the registry where nothing is written', async () => {
    const digestOver = async (version: State, ifExists: IfExists) => {
      return (await pushToFake({ version, ifExists })).digest
    }
    expect(await digestOver('equivalent', 'fail')).toBe(EQUIVALENT.artifact.manifest.digest)
    expect(await digestOver('different', 'skip')).toBe(DIFFERENT.artifact.manifest.digest)
    expect(await digestOver('different', 'overwrite')).toBe(OURS.artifact.manifest.digest)
  })

  test('what was replaced and what was restored are warnings', async () => {
    const replaced = await pushToFake({ version: 'different', ifExists: 'overwrite' })
    expect(replaced.warnings).toEqual([expect.stringContaining('which was replaced')])
    const restored = await pushToFake({ version: 'same, without its archive' })
    expect(restored.warnings).toEqual([expect.stringContaining('which was pushed again')])
  })
})

describe('by what another run writes under the version while the blobs are uploaded', () => {
  const rows: readonly Row[] = [
    ['same', 'fail', 'unchanged', BLOBS],
    ['same', 'skip', 'unchanged', BLOBS],
    ['same', 'overwrite', 'published', ALL],
    ['equivalent', 'fail', 'unchanged', BLOBS],
    ['equivalent', 'skip', 'unchanged', BLOBS],
    ['equivalent', 'overwrite', 'published', ALL],
    ['different', 'fail', 'conflict', BLOBS],
    ['different', 'skip', 'skipped', BLOBS],
    ['different', 'overwrite', 'published', ALL],
    ['broken chart', 'fail', 'conflict', BLOBS],
    ['broken chart', 'skip', 'conflict', BLOBS],
    ['broken chart', 'overwrite', 'published', ALL],
    ['image', 'fail', 'conflict', BLOBS],
    ['image', 'skip', 'conflict', BLOBS],
    ['image', 'overwrite', 'conflict', BLOBS]
  ]

  test.each(rows)('%s, if-exists: %s: %s', async (state, ifExists, result, written) => {
    const pushed = await pushToFake({
      ifExists,
      meanwhile: (registry) => ({ whileUploading: () => STATES[state](registry, '1.2.3') })
    })
    expect(pushed).toMatchObject({ result, written })
  })

  test('a conflict says that another run was first', async () => {
    const { message } = await pushToFake({
      meanwhile: (registry) => ({ whileUploading: () => STATES.different(registry, '1.2.3') })
    })
    expect(message).toContain('Another run published r.test/demo:1.2.3 with different content')
  })
})

test.each<State>(['equivalent', 'different', 'image'])(
  'by what the tag shows after the push: %s is a conflict',
  async (state) => {
    for (const ifExists of ['fail', 'skip', 'overwrite'] as const) {
      const pushed = await pushToFake({
        ifExists,
        meanwhile: (registry) => ({ afterManifest: (tag) => STATES[state](registry, tag) })
      })
      expect(pushed).toMatchObject({ result: 'conflict', written: ALL })
      expect(pushed.message).toContain('another run overwrote it')
    }
  }
)

describe('by the blobs that the registry loses', () => {
  const { chart } = OURS.artifact

  test('before the manifest, once: the missing one is pushed again', async () => {
    let times = 1
    const { result, written } = await pushToFake({
      meanwhile: (registry) => ({
        beforeManifest: () => {
          if (times-- > 0) registry.lose(chart.digest)
        }
      })
    })
    expect([result, written]).toEqual(['published', [...BLOBS, 'archive', 'manifest 1.2.3']])
  })

  test('before the manifest, each time: there is no manifest', async () => {
    const { result, written } = await pushToFake({
      meanwhile: (registry) => ({ beforeManifest: () => registry.lose(chart.digest) })
    })
    expect([result, written]).toEqual(['registry', [...BLOBS, 'archive']])
  })

  test('after the manifest: the read-back fails', async () => {
    const { result, written } = await pushToFake({
      meanwhile: (registry) => ({ afterManifest: () => registry.lose(chart.digest) })
    })
    expect([result, written]).toEqual(['verification', ALL])
  })
})

describe('by whether all charts of the run are valid', () => {
  test('blobs are pushed before that is known, the manifest and the extra tags after', async () => {
    const valid = deferred<undefined>()
    const seen: string[] = []
    const pushing = pushToFake({
      extra: ['latest', 'absent'],
      untilAllValid: () => valid.promise,
      meanwhile: ({ written }) => ({ beforeManifest: () => seen.push(...written.splice(0)) })
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(seen).toEqual([])
    valid.resolve(undefined)
    const { result, written } = await pushing
    expect([result, seen, written]).toEqual([
      'published',
      [...BLOBS, 'manifest 1.2.3'],
      ['manifest latest']
    ])
  })

  test('that is waited for when the blobs are sent, not beside them', async () => {
    const writtenWhenAsked: (readonly string[])[] = []
    let registry: FakeRegistry | undefined
    await pushToFake({
      meanwhile: (used) => {
        registry = used
        return {}
      },
      isAllValid: () => false,
      untilAllValid: async () => {
        writtenWhenAsked.push([...(registry?.written ?? [])])
      }
    })
    expect(writtenWhenAsked[0]).toEqual(BLOBS)
  })

  test.each<[State, readonly string[]]>([
    ['absent', BLOBS],
    ['same', NOTHING],
    ['different', NOTHING]
  ])('no manifest and no tag is written where one is not: %s', async (version, expected) => {
    const untilAllValid = async () => {
      throw new RangeError('another chart is not valid')
    }
    const options = { version, extra: ['latest', 'absent'], ifExists: 'skip' } as const
    const { result, written } = await pushToFake({ ...options, untilAllValid })
    expect([result, written]).toEqual(['RangeError', expected])
  })
})
