import { describe, expect, test } from '@jest/globals'
import type { ChartSource } from '../../../src/publish/model/chart-source.ts'
import type { Publication } from '../../../src/publish/model/publication.ts'
import { ManifestOrder } from '../../../src/publish/push/manifest-order.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { packedChart } from '../../support/charts/packed-chart.ts'
import { publicationOf } from '../../support/publications.ts'

const ONE = { host: 'one.example', path: 'charts' }
const TWO = { host: 'two.example', path: 'charts' }
const packed = packedChart()

function chart(path: string, ...needs: readonly string[]) {
  const source = (at: string): ChartSource => ({ kind: 'directory', path: at })
  const chart = { name: path, version: '1.0.0', packed, seconds: 0 }
  return { ...chart, source: source(path), needs: needs.map(source) }
}

/** What a wait came to by now: waiting, free, or the message of its failure. */
async function stateOf(wait: Promise<void>): Promise<string> {
  let state = 'waiting'
  wait.then(
    () => {
      state = 'free'
    },
    (error: unknown) => {
      state = error instanceof Failure ? `${error.kind}: ${error.message}` : String(error)
    }
  )
  await new Promise(setImmediate)
  return state
}

const failed = (error: unknown): Publication => publicationOf({ status: 'failed', error })

describe('a chart is published after those that are in it', () => {
  test('and at once where there are none', async () => {
    const order = new ManifestOrder()
    const alone = { target: ONE, chart: chart('app') }
    expect(order.isFree(alone)).toBe(true)
    expect(await stateOf(order.wait(alone))).toBe('free')
  })

  test.each(['published', 'unchanged', 'skipped', 'planned'] as const)(
    'when these are %s, all of them',
    async (status) => {
      const order = new ManifestOrder()
      const app = { target: ONE, chart: chart('app', 'lib', 'base') }
      const wait = order.wait(app)
      expect(await stateOf(wait)).toBe('waiting')
      order.ended({ target: ONE, chart: chart('lib') }, publicationOf({ status }))
      expect(order.isFree(app)).toBe(false)
      expect(await stateOf(wait)).toBe('waiting')
      order.ended({ target: ONE, chart: chart('base') }, publicationOf({ status }))
      expect(order.isFree(app)).toBe(true)
      expect(await stateOf(wait)).toBe('free')
    }
  )

  test('at each target by itself', async () => {
    const order = new ManifestOrder()
    const [one, two] = [ONE, TWO].map((target) => ({ target, chart: chart('app', 'lib') }))
    order.ended({ target: ONE, chart: chart('lib') }, publicationOf())
    expect(one && order.isFree(one)).toBe(true)
    expect(two && order.isFree(two)).toBe(false)
    expect(two && (await stateOf(order.wait(two)))).toBe('waiting')
  })

  test('in whatever order they ended', async () => {
    const order = new ManifestOrder()
    order.ended({ target: ONE, chart: chart('lib') }, publicationOf())
    expect(await stateOf(order.wait({ target: ONE, chart: chart('app', 'lib') }))).toBe('free')
  })
})

describe('a chart is not published when one that is in it was not', () => {
  const text =
    '"lib", a dependency of this chart, was not published, so this chart was not published either.'

  test.each<[string, Publication, string]>([
    [
      'it failed, with its exit code',
      failed(new Failure('auth', { message: 'No.', fix: 'x' })),
      `auth: ${text}`
    ],
    [
      'it exists with different content',
      failed(new Failure('conflict', { message: 'No.', fix: 'x' })),
      `conflict: ${text}`
    ],
    ['a bug of ours ended it', failed(new TypeError('x')), `registry: ${text}`],
    ['it was not attempted', publicationOf({ status: 'not-attempted' }), `registry: ${text}`]
  ])('since %s', async (_, publication, expected) => {
    const order = new ManifestOrder()
    const app = { target: ONE, chart: chart('app', 'lib') }
    const wait = order.wait(app)
    order.ended({ target: ONE, chart: chart('lib') }, publication)
    expect(await stateOf(wait)).toBe(expected)
    expect(order.isFree(app)).toBe(true)
  })

  test('and it is told apart from one that fails elsewhere', async () => {
    const order = new ManifestOrder()
    order.ended({ target: TWO, chart: chart('lib') }, failed(new Error('x')))
    order.ended({ target: ONE, chart: chart('lib') }, publicationOf())
    expect(await stateOf(order.wait({ target: ONE, chart: chart('app', 'lib') }))).toBe('free')
  })
})
