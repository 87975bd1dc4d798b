import { spawn } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { storeChart } from '../support/charts/stored-chart.ts'
import { CLI, environmentIn, run } from '../support/program.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { SourceChart } from '../support/registry/source-chart.ts'
import { useWorkspace } from '../support/workspace.ts'

const PASSWORD = 'correct horse battery'
const AUTH = { kind: 'basic', username: 'ci', password: PASSWORD } as const
const QUESTION = 'Password of ci: '
const onLinux = process.platform === 'linux' ? describe : describe.skip

const workspace = useWorkspace()
const startRegistry = useRegistries()

/** Runs the command in a terminal, where `typed` is typed when the question is there; `stty` says how the terminal is afterwards. */
function inTerminal(
  args: readonly string[],
  typed: string,
  more: Readonly<Record<string, string>> = {}
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const command = `${[process.execPath, CLI, ...args].join(' ')}; echo "code $?"; stty -a`
  const env = { ...environmentIn(workspace), SHELL: '/bin/sh', TERM: 'xterm', ...more }
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qefc', command, '/dev/null'], { env, cwd: workspace.path() })
    let shown = ''
    let isTyped = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text
      if (isTyped || !shown.includes(QUESTION)) return
      isTyped = true
      child.stdin.write(typed)
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, shown }))
  })
}

/** What the shell said of the command, and of the terminal after it. */
function endOf(shown: string) {
  const code = /code (\d+)/.exec(shown)?.[1]
  return { code, hasEcho: / echo\b/.test(shown), isRaw: /-icanon/.test(shown) }
}

onLinux('on a terminal a password that is missing is asked for', () => {
  async function listing() {
    const registry = await startRegistry({ auth: AUTH })
    await storeChart(registry, 'charts/demo:1.2.3')
    const args = ['list', `oci://${registry.host}/charts/demo`, '--plain-http', '--username=ci']
    return { registry, args }
  }

  test('it is used, and not shown', async () => {
    const { args } = await listing()
    const { shown } = await inTerminal(args, `${PASSWORD}\r`)
    expect(endOf(shown)).toEqual({ code: '0', hasEcho: true, isRaw: false })
    expect(shown).toContain(`${QUESTION}\r\n`)
    expect(shown).not.toContain(PASSWORD)
    expect(shown).toContain('comes from --username and the typed password.')
    expect(shown).toContain('1.2.3')
  })

  test('a slip is taken back by the backspace key', async () => {
    const { args } = await listing()
    const { shown } = await inTerminal(args, `${PASSWORD}xy\u007f\u007f\r`)
    expect(endOf(shown).code).toBe('0')
  })

  test('Ctrl+C ends it: exit code 130, and the terminal is as before', async () => {
    const { args, registry } = await listing()
    const { shown } = await inTerminal(args, 'half\u0003')
    expect(endOf(shown)).toEqual({ code: '130', hasEcho: true, isRaw: false })
    expect(shown).not.toContain('half')
    expect(registry.requests).toEqual([])
  })

  test('Ctrl+D ends it: exit code 2', async () => {
    const { args } = await listing()
    const { shown } = await inTerminal(args, '\u0004')
    expect(endOf(shown)).toEqual({ code: '2', hasEcho: true, isRaw: false })
    expect(shown).toContain('No password was typed.')
  })

  test('what is pasted with its line end is used without it, and what follows is not shown', async () => {
    const { args } = await listing()
    const { shown } = await inTerminal(args, `${PASSWORD}\r\nmore\r\n`)
    expect(endOf(shown).code).toBe('0')
    expect(shown).not.toContain('more')
  })

  test.each([
    ['a flag that does not exist', ['list', 'oci://h.test/demo', '--limits=1']],
    ['a value that cannot be', ['list', 'oci://h.test/demo', '--limit=none']],
    ['a reference that cannot be', ['list', 'oci://h.test/demo:1.2.3']],
    ['no reference', ['verify']],
    ['a user that cannot be sent', ['inspect', 'oci://h.test/demo:1.2.3', '--username=ci:x']],
    [
      'an input that does not go with another',
      ['publish', 'oci://h.test/a:1', '--attest=key', '--registry=oci://h.test']
    ],
    ['a target that cannot be', ['publish', 'chart', '--registry=oci://h.test/A//b']],
    ['hosts that one login is not for', ['publish', 'oci://o.test/a:1', '--registry=oci://h.test']]
  ])('%s is told at once, and nobody is asked', async (_, args) => {
    const user = args.some((arg) => arg.startsWith('--username')) ? [] : ['--username=ci']
    const { shown } = await inTerminal([...args, ...user], '')
    expect([endOf(shown).code, shown]).toEqual(['2', expect.not.stringContaining('Password of')])
    expect(shown).not.toContain('is missing or empty')
  })

  test('nobody is asked where the login is not used', async () => {
    const { shown } = await inTerminal(['package', 'chart', '--username=ci'], '')
    expect(shown).not.toContain(QUESTION)
  })

  test('publish asks once for the source and the target of a copy', async () => {
    const registry = await startRegistry({ auth: AUTH })
    const source = new SourceChart(registry)
    const args = ['publish', source.ref(), `--registry=oci://${registry.host}/prod`]
    const login = ['--username=ci', '--plain-http']
    const { shown } = await inTerminal([...args, ...login], `${PASSWORD}\r`)
    expect([endOf(shown).code, shown.split(QUESTION).length - 1]).toEqual(['0', 1])
    expect(registry.store.manifest('prod/demo', '1.2.3')).toEqual(source.artifact.manifest.bytes)
  })

  test('nobody is asked in CI, nor where a password is given', async () => {
    const { args } = await listing()
    const inCi = await inTerminal(args, '', { CI: 'true' })
    expect(endOf(inCi.shown).code).toBe('2')
    const given = await inTerminal(args, '', { PUBLISH_HELM_CHART_PASSWORD: PASSWORD })
    expect(endOf(given.shown).code).toBe('0')
    for (const { shown } of [inCi, given]) expect(shown).not.toContain(QUESTION)
  })
})

test('nobody is asked without a terminal', async () => {
  const args = [CLI, 'list', 'oci://h.test/demo', '--username=ci']
  const options = { environment: environmentIn(workspace), directory: workspace.path() }
  const { code, stderr } = await run(process.execPath, args, options)
  expect(code).toBe(2)
  expect(stderr).toContain('is missing or empty')
  expect(stderr).not.toContain(QUESTION)
})
