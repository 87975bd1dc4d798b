import { describe, expect, test } from '@jest/globals'
import type { IfExists } from '../../../src/publish/model/request.ts'
import { pushToFake, STATES, type State } from '../../support/registry/fake-push.ts'

const VERSION = ['config', 'archive', 'manifest 1.2.3']
const NOTHING: readonly string[] = []
const WITH_LATEST = [...VERSION, 'manifest latest']
const WITH_V = [...VERSION, 'manifest v1.2.3']

type Row = readonly [
  tag: string,
  state: State,
  IfExists,
  result: string,
  written: readonly string[],
  warning?: string
]

/** The version is new; what counts is what the extra tag has before. */
const NEW_VERSION: readonly Row[] = [
  ['latest', 'absent', 'fail', 'published', WITH_LATEST],
  ['latest', 'same', 'fail', 'published', VERSION],
  ['latest', 'older version', 'fail', 'published', WITH_LATEST],
  ['latest', 'older version', 'skip', 'published', WITH_LATEST],
  ['latest', 'older version', 'overwrite', 'published', WITH_LATEST],
  ['latest', 'newer version', 'fail', 'published', VERSION, 'stays at 2.0.0'],
  ['latest', 'newer version', 'skip', 'published', VERSION, 'stays at 2.0.0'],
  ['latest', 'newer version', 'overwrite', 'published', WITH_LATEST],
  ['latest', 'different', 'fail', 'published', WITH_LATEST],
  ['latest', 'broken chart', 'fail', 'published', WITH_LATEST],
  ['latest', 'image', 'fail', 'conflict', NOTHING],
  ['latest', 'image', 'skip', 'conflict', NOTHING],
  ['latest', 'image', 'overwrite', 'conflict', NOTHING],
  ['v1.2.3', 'absent', 'fail', 'published', WITH_V],
  ['v1.2.3', 'same', 'fail', 'published', VERSION],
  ['v1.2.3', 'different', 'fail', 'conflict', NOTHING],
  ['v1.2.3', 'different', 'skip', 'published', VERSION, 'was left at'],
  ['v1.2.3', 'different', 'overwrite', 'published', WITH_V, 'was moved from'],
  ['v1.2.3', 'older version', 'fail', 'conflict', NOTHING],
  ['v1.2.3', 'newer version', 'skip', 'published', VERSION, 'was left at'],
  ['v1.2.3', 'broken chart', 'fail', 'conflict', NOTHING],
  ['v1.2.3', 'broken chart', 'skip', 'conflict', NOTHING],
  ['v1.2.3', 'broken chart', 'overwrite', 'published', WITH_V, 'was moved from'],
  ['v1.2.3', 'image', 'fail', 'conflict', NOTHING],
  ['v1.2.3', 'image', 'skip', 'conflict', NOTHING],
  ['v1.2.3', 'image', 'overwrite', 'conflict', NOTHING]
]

/** The version exists with the same content. */
const SAME_VERSION: readonly Row[] = [
  ['latest', 'absent', 'fail', 'unchanged', ['manifest latest']],
  ['latest', 'same', 'fail', 'unchanged', NOTHING],
  ['latest', 'older version', 'fail', 'unchanged', ['manifest latest']],
  ['latest', 'newer version', 'fail', 'unchanged', NOTHING, 'stays at 2.0.0'],
  ['latest', 'image', 'overwrite', 'conflict', NOTHING],
  ['v1.2.3', 'absent', 'fail', 'unchanged', ['manifest v1.2.3']],
  ['v1.2.3', 'different', 'fail', 'conflict', NOTHING]
]

function warned(text: string): readonly unknown[] {
  return text === '' ? [] : [expect.stringContaining(text)]
}

describe.each([
  ['a new version', 'absent', NEW_VERSION],
  ['a version that exists', 'same', SAME_VERSION]
] as const)('%s with an extra tag', (_, version, rows) => {
  test.each(rows)(
    '%s: %s, if-exists: %s: %s',
    async (tag, state, ifExists, result, written, warning = '') => {
      const pushed = await pushToFake({ version, extra: [tag, state], ifExists })
      expect([pushed.result, pushed.written]).toEqual([result, written])
      expect(pushed.warnings).toEqual(warned(warning))
      expect(pushed.message).toContain(result === 'conflict' ? 'Nothing was changed.' : '')
    }
  )

  test.each(rows)('%s: %s, if-exists: %s, in a dry run', async (tag, state, ifExists, result) => {
    const planned = result === 'published' ? 'planned' : result
    const pushed = await pushToFake({ version, extra: [tag, state], ifExists, dryRun: true })
    expect([pushed.result, pushed.written]).toEqual([planned, []])
  })
})

test.each<readonly [State, IfExists, result: string]>([
  ['different', 'skip', 'skipped'],
  ['different', 'fail', 'conflict'],
  ['broken chart', 'skip', 'conflict'],
  ['image', 'overwrite', 'conflict']
])(
  'a version that is not published has no extra tag: %s, %s',
  async (version, ifExists, result) => {
    for (const state of ['absent', 'older version'] as const) {
      const pushed = await pushToFake({ version, ifExists, extra: ['latest', state] })
      expect([pushed.result, pushed.written]).toEqual([result, []])
    }
  }
)

test('a version that another run was first to publish with other content has no extra tag', async () => {
  const pushed = await pushToFake({
    ifExists: 'skip',
    extra: ['latest', 'absent'],
    meanwhile: (registry) => ({ whileUploading: () => STATES.different(registry, '1.2.3') })
  })
  expect([pushed.result, pushed.written]).toEqual(['skipped', ['config', 'archive']])
})

describe('by what another run writes under the extra tag before it is written', () => {
  test.each<Row>([
    ['v1.2.3', 'same', 'fail', 'published', VERSION],
    ['v1.2.3', 'different', 'fail', 'conflict', VERSION],
    ['v1.2.3', 'different', 'skip', 'published', VERSION, 'was left at'],
    ['v1.2.3', 'different', 'overwrite', 'published', WITH_V, 'was moved from'],
    ['v1.2.3', 'image', 'fail', 'conflict', VERSION],
    ['v1.2.3', 'image', 'overwrite', 'conflict', VERSION]
  ])('%s: %s, if-exists: %s: %s', async (tag, state, ifExists, result, written, warning = '') => {
    const pushed = await pushToFake({
      extra: [tag, 'absent'],
      ifExists,
      meanwhile: (registry) => ({
        afterManifest: (name) => {
          if (name === '1.2.3') STATES[state](registry, tag)
        }
      })
    })
    expect([pushed.result, pushed.written]).toEqual([result, written])
    expect(pushed.warnings).toEqual(warned(warning))
    expect(pushed.message).toContain(
      result === 'conflict' ? 'r.test/demo:1.2.3 is up to date.' : ''
    )
  })
})

describe('by what another run writes under the extra tag after it was written', () => {
  const again = [...WITH_LATEST, 'manifest latest']

  test.each<Row>([
    ['latest', 'newer version', 'fail', 'published', WITH_LATEST, 'stays at 2.0.0'],
    ['latest', 'older version', 'fail', 'published', again],
    ['latest', 'older version', 'overwrite', 'published', WITH_LATEST, 'then another run moved it'],
    ['latest', 'image', 'fail', 'conflict', WITH_LATEST],
    ['v1.2.3', 'different', 'fail', 'conflict', WITH_V],
    ['v1.2.3', 'different', 'skip', 'conflict', WITH_V]
  ])('%s: %s, if-exists: %s: %s', async (tag, state, ifExists, result, written, warning = '') => {
    let times = 1
    const pushed = await pushToFake({
      extra: [tag, 'absent'],
      ifExists,
      meanwhile: (registry) => ({
        afterManifest: (name) => {
          if (name === tag && times-- > 0) STATES[state](registry, tag)
        }
      })
    })
    expect([pushed.result, pushed.written]).toEqual([result, written])
    expect(pushed.warnings).toEqual(warned(warning))
  })

  test('three times: the tag is left to the others', async () => {
    const pushed = await pushToFake({
      extra: ['latest', 'absent'],
      meanwhile: (registry) => ({
        afterManifest: (name) => {
          if (name === 'latest') STATES['older version'](registry, name)
        }
      })
    })
    expect(pushed.written).toEqual([...VERSION, ...Array(3).fill('manifest latest')])
    expect(pushed.warnings).toEqual(
      warned('was not written, because other runs write it at the same time')
    )
  })
})
