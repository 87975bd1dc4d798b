import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import {
  ProcessError,
  type ProcessOptions,
  runForBytes,
  runProcess
} from '../../src/shared/run-process.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

const OPTIONS = {
  environment: { PATH: '/usr/bin:/bin' },
  directory: '/',
  timeoutMs: 10_000,
  signal: new AbortController().signal,
  times: { graceMs: 300, leaveMs: 500, drainMs: 500 }
}

function shell(script: string, options: Partial<ProcessOptions> = {}) {
  return runProcess('/bin/sh', ['-c', script], { ...OPTIONS, ...options })
}

test('output of both streams and the exit code come back', async () => {
  const result = await shell('echo out; echo err >&2; exit 3')
  expect(result).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' })
})

test('the environment is exactly the one given', async () => {
  const { stdout } = await runProcess('/usr/bin/env', [], OPTIONS)
  expect(stdout).toBe('PATH=/usr/bin:/bin\n')
})

test('arguments are passed on unchanged, no shell reads them', async () => {
  const { stdout } = await runProcess('/bin/echo', ['$(id)', ';', '*'], OPTIONS)
  expect(stdout).toBe('$(id) ; *\n')
})

test('a text for standard input is read, and then its end', async () => {
  expect(await shell('cat', { stdin: 'host.example\n' })).toMatchObject({
    stdout: 'host.example\n'
  })
})

test('a program that does not read its standard input is not an error', async () => {
  const stdin = 'x'.repeat(1_000_000)
  expect(await shell('exec <&-; echo done', { stdin })).toMatchObject({ stdout: 'done\n' })
})

test('output beyond 256 KiB is dropped, and the program runs to its end', async () => {
  const { stdout, exitCode } = await shell('yes | head -c 1000000; exit 4')
  expect(stdout).toHaveLength(256 * 1024)
  expect(exitCode).toBe(4)
})

test('where output has a limit that ends the program, it is killed beyond it, and not before', async () => {
  const limit = { mostOutputBytes: 1000, onOverflow: 'kill' } as const
  expect(await shell('yes | head -c 1000', limit)).toMatchObject({ exitCode: 0 })
  await expect(shell('exec yes', limit)).rejects.toThrow('printed more than 1000 bytes')
})

test('output in bytes can be overwritten', async () => {
  const { stdout } = await runForBytes('/bin/echo', ['secret'], OPTIONS)
  expect(stdout).toEqual(Buffer.from('secret\n'))
  stdout.fill(0)
  expect(stdout).toEqual(Buffer.alloc(7))
})

describe('what does not end by itself is ended', () => {
  const CASES: readonly (readonly [string, string])[] = [
    ['a program that waits for what it started', 'sleep 60 & echo $! >> "$PIDS"; wait'],
    ['a program that ignores SIGTERM', 'trap "" TERM; while :; do sleep 0.1; done'],
    ['a program that is stopped', 'kill -STOP $$'],
    ['a program that stops all it started', 'kill -STOP 0'],
    [
      'a child that ignores SIGTERM when the program does not',
      '(trap "" TERM; echo $$ >> "$PIDS"; exec >&- 2>&-; while :; do sleep 0.1; done) & echo $! >> "$PIDS"; wait'
    ],
    ['a program that has closed its output', 'exec >&- 2>&-; sleep 60'],
    [
      'a program in another process group',
      'exec perl -e "setpgrp(0, getppid()) || setpgrp; sleep 60"'
    ],
    ['a program that prints without end', 'exec yes']
  ]

  test('at the deadline', async () => {
    const ends = CASES.map(async ([what, script], index) => {
      const hung = shell(`echo $$ > "$PIDS"; ${script}`, noting(`${index}`, { timeoutMs: 400 }))
      const error: unknown = await hung.catch((thrown: unknown) => thrown)
      return [what, String(error), await alive(`${index}`)]
    })
    const message = 'ProcessError: did not end within 0.4 s and was killed'
    expect(await Promise.all(ends)).toEqual(CASES.map(([what]) => [what, message, []]))
  })

  test('on abort, which gives its reason', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const ends = CASES.map(async ([what, script], index) => {
      const hung = shell(`echo $$ > "$PIDS"; ${script}`, noting(`${index}`, { signal }))
      const error: unknown = await hung.catch((thrown: unknown) => thrown)
      return [what, String(error), await alive(`${index}`)]
    })
    setTimeout(() => controller.abort(new Error('stopped by a user')), 400)
    const message = 'Error: stopped by a user'
    expect(await Promise.all(ends)).toEqual(CASES.map(([what]) => [what, message, []]))
  })
})

test('a daemon that holds the output is not waited for when the program has ended, or was killed', async () => {
  // Longer than a test may take.
  const daemon = 'setsid sleep 600 & echo $! > "$PIDS"'
  const [result, error] = await Promise.all([
    shell(`${daemon}; echo v4.3.0`, noting('ended')),
    shell(
      `${daemon}; trap "" TERM; while :; do sleep 0.1; done`,
      noting('killed', { timeoutMs: 300 })
    ).catch((thrown: unknown) => thrown)
  ])
  for (const file of ['ended', 'killed']) {
    for (const pid of await pids(file)) process.kill(Number(pid), 'SIGKILL')
  }
  expect(result).toEqual({ exitCode: 0, stdout: 'v4.3.0\n', stderr: '' })
  expect(error).toBeInstanceOf(ProcessError)
})

test('what holds the output in the group of a program that has ended is killed', async () => {
  const result = await shell('sleep 60 & echo $! > "$PIDS"; echo done', noting('pids'))
  expect(result).toMatchObject({ exitCode: 0, stdout: 'done\n' })
  expect(await alive('pids')).toEqual([])
})

test('output that another process writes just after the end of the program is read', async () => {
  const result = await shell('(sleep 0.2; echo late) & echo early', {
    times: { ...OPTIONS.times, drainMs: 5000 }
  })
  expect(result.stdout).toBe('early\nlate\n')
})

test.each([
  ['does not exist', '/nowhere/helm', 'cannot be started: it does not exist (ENOENT)'],
  ['is a directory', '/usr', 'cannot be started: permission denied (EACCES)'],
  ['has a name that no system takes', '/bin/e\0cho', 'cannot be started: ERR_INVALID_ARG_VALUE']
])('a program that %s is an error', async (_, file, message) => {
  await expect(runProcess(file, [], OPTIONS)).rejects.toMatchObject({
    name: 'ProcessError',
    message
  })
})

test('nothing is started when the signal has aborted before', async () => {
  const signal = AbortSignal.abort(new Error('stopped by a user'))
  await expect(runProcess('/nowhere/helm', [], { ...OPTIONS, signal })).rejects.toThrow('stopped')
})

/** Options with a file for the numbers of processes. */
function noting(file: string, options: Partial<ProcessOptions> = {}): Partial<ProcessOptions> {
  return { environment: { ...OPTIONS.environment, PIDS: workspace.path(file) }, ...options }
}

async function pids(file: string): Promise<readonly string[]> {
  return (await readFile(workspace.path(file), 'utf8')).trim().split('\n')
}

/** Those of the noted processes that still run, after a moment in which the system removes what was killed. */
async function alive(file: string): Promise<readonly string[]> {
  const noted = await pids(file)
  for (let attempt = 0; attempt < 20 && noted.some(isAlive); attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return noted.filter(isAlive)
}

/** A zombie is not alive. */
function isAlive(pid: string): boolean {
  try {
    process.kill(Number(pid), 0)
  } catch {
    return false
  }
  const status = `/proc/${pid}/stat`
  return !existsSync(status) || !/\) Z /.test(readFileSync(status, 'utf8'))
}
