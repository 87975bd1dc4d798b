import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { mapConcurrent } from '../../src/shared/concurrency.ts'
import { RecordingLogger } from '../support/log.ts'

test('results and log lines come in the order of the items, whichever is done first', async () => {
  const logger = new RecordingLogger()
  const waits = [30, 20, 10, 0]
  const results = await mapConcurrent(waits, { concurrency: 4, logger }, async (wait, own) => {
    await own.group(`wait ${wait}`, async () => {
      own.info(`begin ${wait}`)
      await sleep(wait)
      own.warning(`end ${wait}`)
    })
    own.info(`after ${wait}`)
    return wait * 2
  })
  expect(results).toEqual([60, 40, 20, 0])
  expect(logger.lines).toEqual(
    waits.flatMap((wait) => [
      `group: wait ${wait}`,
      `info: begin ${wait}`,
      `warning: end ${wait}`,
      `info: after ${wait}`
    ])
  )
})

test('no more run side by side than are allowed', async () => {
  let running = 0
  let most = 0
  const logger = new RecordingLogger()
  await mapConcurrent(Array.from({ length: 12 }), { concurrency: 3, logger }, async () => {
    running += 1
    most = Math.max(most, running)
    await sleep(1)
    running -= 1
  })
  expect(most).toBe(3)
})

test('a single one logs as it goes', async () => {
  const logger = new RecordingLogger()
  await mapConcurrent(['one'], { concurrency: 4, logger }, async (item, own) => {
    own.info(item)
    expect(logger.lines).toEqual(['info: one'])
  })
})

test('the first item that is not done logs as it goes, within its groups too', async () => {
  const logger = new RecordingLogger()
  const { promise: second, resolve: endSecond } = Promise.withResolvers<void>()
  await mapConcurrent(['first', 'second'], { concurrency: 2, logger }, async (item, own) => {
    own.info(`begin ${item}`)
    if (item === 'second') {
      await own.group('within', async () => {
        own.info('before its turn')
        await second
        own.info('in its turn')
        await sleep(5)
        expect(logger.lines).toContain('info: in its turn')
      })
      return
    }
    await sleep(5)
    expect(logger.lines).toEqual(['info: begin first'])
    setTimeout(() => {
      expect(logger.lines.slice(1)).toEqual([
        'info: begin second',
        'group: within',
        'info: before its turn'
      ])
      endSecond()
    }, 5)
  })
  expect(logger.lines).toHaveLength(5)
})
