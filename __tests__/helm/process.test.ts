import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { runProcess } from '../../src/helm/process.ts'

const OPTIONS = {
  environment: { PATH: '/usr/bin:/bin' },
  directory: '/',
  timeoutMs: 10_000,
  signal: new AbortController().signal
}

test('output of both streams and the exit code come back', async () => {
  const result = await runProcess('/bin/sh', ['-c', 'echo out; echo err >&2; exit 3'], OPTIONS)
  expect(result).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' })
})

test('the environment is exactly the one given', async () => {
  const { stdout } = await runProcess('/usr/bin/env', [], OPTIONS)
  expect(stdout).toBe('PATH=/usr/bin:/bin\n')
})

test('arguments are passed on as they are, no shell reads them', async () => {
  const { stdout } = await runProcess('/bin/echo', ['$(id)', ';', '*'], OPTIONS)
  expect(stdout).toBe('$(id) ; *\n')
})

test('output beyond 256 KiB is dropped', async () => {
  const { stdout } = await runProcess('/bin/sh', ['-c', 'yes | head -c 1000000'], OPTIONS)
  expect(stdout).toHaveLength(256 * 1024)
})

test('what hangs is killed with all that it started, and told', async () => {
  const script = 'sleep 61.7 & sleep 61.7'
  const hung = runProcess('/bin/sh', ['-c', script], { ...OPTIONS, timeoutMs: 200 })
  await expect(hung).rejects.toMatchObject({
    kind: 'helm',
    message: expect.stringContaining('did not end within 0.2 seconds')
  })
  expect(await isRunning('sleep 61.7')).toBe(false)
})

test('what heeds no SIGTERM is killed by SIGKILL', async () => {
  const script = 'trap "" TERM; while :; do sleep 0.1; done'
  const hung = runProcess('/bin/sh', ['-c', script], { ...OPTIONS, timeoutMs: 200 })
  await expect(hung).rejects.toMatchObject({ kind: 'helm' })
})

test('an abort kills the process and gives its reason', async () => {
  const controller = new AbortController()
  const run = runProcess('/bin/sleep', ['62.9'], { ...OPTIONS, signal: controller.signal })
  await sleep(100)
  controller.abort(new Error('stopped by a user'))
  await expect(run).rejects.toThrow('stopped by a user')
  expect(await isRunning('sleep 62.9')).toBe(false)
})

test('a program that is not there is told, with its fix', async () => {
  await expect(runProcess('/nowhere/helm', [], OPTIONS)).rejects.toMatchObject({
    kind: 'helm',
    message: expect.stringContaining('ENOENT'),
    fix: expect.stringContaining('Install helm')
  })
})

async function isRunning(command: string): Promise<boolean> {
  const { stdout } = await runProcess('/bin/ps', ['-eo', 'args'], OPTIONS)
  return stdout.split('\n').includes(command)
}
