import { describe, expect, test } from '@jest/globals'
import { LogQueue, QueueLogger } from '../../src/shared/concurrency.ts'
import type { Logger } from '../../src/shared/logger.ts'
import { TerseLogger } from '../../src/shared/terse-logger.ts'
import { RecordingLogger } from '../support/log.ts'

async function logged(work: (logger: Logger) => Promise<unknown>): Promise<readonly string[]> {
  const logger = new RecordingLogger()
  await work(new TerseLogger(logger))
  return logger.lines
}

test('details go to the debug log', async () => {
  expect(await logged(async (logger) => logger.detail('a'))).toEqual(['debug: a'])
})

describe('a group', () => {
  test('without a line that is shown is none', async () => {
    const lines = await logged((logger) => {
      return logger.group('Push', async () => {
        logger.debug('a')
        logger.detail('b')
      })
    })
    expect(lines).toEqual(['debug: a', 'debug: b'])
  })

  test.each(['info', 'notice', 'warning', 'error'] as const)(
    'begins with its first %s',
    async (kind) => {
      const lines = await logged(async (logger) => {
        const result = await logger.group('Push', async () => {
          logger.detail('a')
          logger[kind]('b')
          logger.info('c')
          return 1
        })
        logger.info(`after ${result}`)
      })
      expect(lines).toEqual(['debug: a', 'group: Push', `${kind}: b`, 'info: c', 'info: after 1'])
    }
  )

  test('begins once, with the groups around it', async () => {
    const lines = await logged((logger) => {
      return logger.group('outer', async () => {
        await logger.group('inner', async () => logger.info('a'))
        logger.info('b')
        await logger.group('empty', async () => logger.detail('c'))
        logger.info('d')
      })
    })
    expect(lines).toEqual([
      'group: outer',
      'group: inner',
      'info: a',
      'info: b',
      'debug: c',
      'info: d'
    ])
  })

  test('that failed ends, and what follows is not in it', async () => {
    const lines = await logged(async (logger) => {
      const failing = logger.group('Push', async () => {
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      logger.info('after')
    })
    expect(lines).toEqual(['info: after'])
  })

  test('is as terse when its lines were queued', async () => {
    const queue = new LogQueue()
    const queued = new QueueLogger(queue)
    await queued.group('Push', async () => queued.detail('a'))
    await queued.group('Push', async () => queued.info('b'))
    queue.close()
    expect(await logged((logger) => queue.writeTo(logger))).toEqual([
      'debug: a',
      'group: Push',
      'info: b'
    ])
  })
})
