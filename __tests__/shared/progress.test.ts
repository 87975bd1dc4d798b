import { expect, test } from '@jest/globals'
import { type LongWork, withProgress } from '../../src/shared/progress.ts'
import { handTicker } from '../support/hand-ticker.ts'
import { RecordingLogger } from '../support/log.ts'

function workThatSays(texts: readonly (string | undefined)[]) {
  const asked: (number | undefined)[] = []
  const left = [...texts]
  const report = (nextMs: number | undefined) => {
    asked.push(nextMs)
    return left.shift()
  }
  const work: LongWork = { about: 'team/demo:1.0.0', report }
  return { work, asked }
}

test('each tick of ten seconds is a line, unless there is nothing to say', async () => {
  const { tick, every, running } = handTicker()
  const logger = new RecordingLogger()
  const { work, asked } = workThatSays(['1 of 3', undefined, '2 of 3'])
  const result = await withProgress(work, { logger, every }, async () => {
    expect(running()).toEqual([10_000])
    for (let count = 0; count < 3; count++) tick()
    return 'done'
  })
  expect(result).toBe('done')
  expect(logger.lines).toEqual(['info: team/demo:1.0.0: 1 of 3.', 'info: team/demo:1.0.0: 2 of 3.'])
  expect(asked).toEqual([10_000, 10_000, 10_000])
  expect(running()).toEqual([])
})

test('a line that is kept in place is renewed each second, and is gone at the end', async () => {
  const { tick, every, running } = handTicker()
  const shown: unknown[] = []
  const logger = Object.assign(new RecordingLogger(), {
    live: (about: string, text: string | undefined) => shown.push([about, text])
  })
  const { work, asked } = workThatSays(['1 of 3', undefined])
  const failed = withProgress(work, { logger, every }, async () => {
    expect(running()).toEqual([1000])
    tick()
    tick()
    throw new Error('broken')
  })
  await expect(failed).rejects.toThrow('broken')
  const { about } = work
  expect(shown).toEqual([
    [about, 'team/demo:1.0.0: 1 of 3'],
    [about, undefined],
    [about, undefined]
  ])
  expect(asked).toEqual([undefined, undefined])
  expect([logger.lines, running()]).toEqual([[], []])
})

test('its own timers end with the work', async () => {
  const logger = new RecordingLogger()
  const { work, asked } = workThatSays([])
  const before = process.getActiveResourcesInfo().length
  await withProgress(work, { logger }, async () => undefined)
  expect([asked, process.getActiveResourcesInfo().length]).toEqual([[], before])
})
