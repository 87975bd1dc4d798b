import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { runProcess } from '../../src/helm/process.ts'
import { useWorkspace } from '../helpers/workspace.ts'

const workspace = useWorkspace()

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

test('what has left the group of what hangs, and holds its output, is not waited for', async () => {
  const pid = workspace.path('pid')
  const script = `setsid sleep 60 & echo $! > ${pid}; trap "" TERM; while :; do sleep 0.1; done`
  const hung = runProcess('/bin/sh', ['-c', script], { ...OPTIONS, timeoutMs: 300 })
  await expect(hung).rejects.toMatchObject({ kind: 'helm' })
  process.kill(Number(await readFile(pid, 'utf8')))
})

test('what hangs is killed with all that it started, and told', async () => {
  const pids = workspace.path('pids')
  const script = `echo $$ > ${pids}; sleep 60 & echo $! >> ${pids}; wait`
  const hung = runProcess('/bin/sh', ['-c', script], { ...OPTIONS, timeoutMs: 300 })
  await expect(hung).rejects.toMatchObject({
    kind: 'helm',
    message: expect.stringContaining('did not end within 0.3 seconds')
  })
  expect(await alive(pids, 2)).toEqual([])
})

test('what heeds no SIGTERM is killed by SIGKILL', async () => {
  const script = 'trap "" TERM; while :; do sleep 0.1; done'
  const hung = runProcess('/bin/sh', ['-c', script], { ...OPTIONS, timeoutMs: 200 })
  await expect(hung).rejects.toMatchObject({ kind: 'helm' })
})

test('an abort kills the process and gives its reason', async () => {
  const controller = new AbortController()
  const pids = workspace.path('pids')
  const script = `echo $$ > ${pids}; exec sleep 60`
  const run = runProcess('/bin/sh', ['-c', script], { ...OPTIONS, signal: controller.signal })
  setTimeout(() => controller.abort(new Error('stopped by a user')), 200)
  await expect(run).rejects.toThrow('stopped by a user')
  expect(await alive(pids, 1)).toEqual([])
})

test('a program that is not there is told, with its fix', async () => {
  await expect(runProcess('/nowhere/helm', [], OPTIONS)).rejects.toMatchObject({
    kind: 'helm',
    message: expect.stringContaining('ENOENT'),
    fix: expect.stringContaining('Install helm')
  })
})

/** Those of the processes noted in a file, `count` of them, that still run; a zombie does not. */
async function alive(file: string, count: number): Promise<readonly string[]> {
  const pids = (await readFile(file, 'utf8')).trim().split('\n')
  expect(pids).toHaveLength(count)
  return pids.filter(isAlive)
}

function isAlive(pid: string): boolean {
  try {
    process.kill(Number(pid), 0)
  } catch {
    return false
  }
  const status = `/proc/${pid}/stat`
  return !existsSync(status) || !/\) Z /.test(readFileSync(status, 'utf8'))
}
