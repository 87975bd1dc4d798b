import { accessSync, constants } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { environmentIn, run, runCli } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

const workspace = useWorkspace()

/** bash is on every machine that runs these tests; the others are tried where they are installed. */
function isInstalled(shell: Shell): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, shell), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

beforeEach(async () => {
  await workspace.write('.', { 'chart-file.tgz': '', 'some folder/x': '' })
})

/** Asks the script of a shell what it offers behind `words`, the last of which is being typed. */
const ASK: Readonly<Record<Shell, (words: readonly string[]) => string>> = {
  bash: (words) => `
    . ./script
    COMP_WORDS=(${words.map(quoted).join(' ')})
    COMP_CWORD=${words.length - 1}
    _publish_helm_chart
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: (words) => `
    source ./script
    complete -C ${quoted(words.join(' ').replace(' = ', '='))} | string replace -r '\\t.*' ''`,
  // The shell of a terminal in which somebody types, and asks for all that is possible.
  zsh: (words) => `
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z 'PROMPT=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -D -u; source ./script'
    zpty -w z 'zstyle ":completion:*" list-colors; LISTMAX=0; bindkey "^X" list-choices; echo READ"Y"'
    zpty -r z output '*READY*'
    zpty -w -n z ${quoted(words.join(' ').replace(' = ', '='))}$'\\x18'
    sleep 1.5
    while zpty -r -t z output; do print -r -- "$output"; done
    zpty -d z`
}

function quoted(text: string): string {
  return `'${text}'`
}

async function offered(shell: Shell, words: readonly string[]): Promise<readonly string[]> {
  const args = { bash: ['--norc', '-c'], zsh: ['-f', '-c'], fish: ['--no-config', '-c'] }[shell]
  const script = ASK[shell](['publish-helm-chart', ...words])
  const environment = { ...environmentIn(workspace), TERM: 'xterm', COLUMNS: '200' }
  const options = { environment, directory: workspace.path() }
  const { stdout, stderr } = await run(shell, [...args, script], options)
  expect(stderr).toBe('')
  return stripVTControlCharacters(stdout).split(/\s+/)
}

describe.each(SHELLS)('%s', (shell) => {
  const tryIt = isInstalled(shell) ? test : test.skip

  beforeEach(async () => {
    const { code, stdout, stderr } = await runCli(workspace, ['completion', shell])
    expect([code, stderr]).toEqual([0, ''])
    await writeFile(workspace.path('script'), stdout)
  })

  tryIt('the script is one that the shell can read', async () => {
    const environment = environmentIn(workspace)
    const options = { environment, directory: workspace.path() }
    expect(await run(shell, ['-n', 'script'], options)).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  tryIt.each([
    ['commands', ['ver'], ['verify', 'version'], 'list'],
    ['flags of the command', ['list', '--li'], ['--limit'], '--lint'],
    ['flags of another command', ['publish', '--lin'], ['--lint', '--lint-values'], '--limit'],
    ['the values of a flag', ['publish', '--if-exists', ''], ['fail', 'skip', 'overwrite'], 'warn'],
    ['shells', ['completion', ''], ['bash', 'zsh', 'fish'], 'list'],
    ['commands with help', ['help', 'l'], ['list'], 'publish'],
    ['charts', ['inspect', 'chart-'], ['chart-file.tgz'], 'script'],
    ['files of a flag', ['publish', '--ca', 'chart-'], ['chart-file.tgz'], 'script']
  ])('%s are offered', async (_, words, wanted, unwanted) => {
    const found = await offered(shell, words)
    expect(found).toEqual(expect.arrayContaining(wanted))
    expect(found).not.toContain(unwanted)
  })
})

test('bash completes values behind an equals sign, which it takes for a word', async () => {
  const { stdout } = await runCli(workspace, ['completion', 'bash'])
  await writeFile(workspace.path('script'), stdout)
  const typed = ['publish', '--lint', '=']
  const all = ['warn', 'fail', 'strict', 'off', '']
  expect(await offered('bash', [...typed, 's'])).toEqual(['strict', ''])
  expect(await offered('bash', typed)).toEqual(all)
})

test('folders are offered where a folder is wanted, with their blanks', async () => {
  const { stdout } = await runCli(workspace, ['completion', 'bash'])
  await writeFile(workspace.path('script'), stdout)
  const found = await offered('bash', ['package', '--destination', ''])
  expect(found.toSorted()).toEqual(['', 'folder', 'home', 'some', 'tmp'])
})

test.each([[[]], [['tcsh']], [['bash', 'zsh']]])(
  'completion %j is an error of usage',
  async (args) => {
    const { code, stdout, stderr } = await runCli(workspace, ['completion', ...args])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Fix: Use one of bash, zsh, fish.')
  }
)

test('help completion says how a script is loaded', async () => {
  const { stdout } = await runCli(workspace, ['help', 'completion'])
  expect(stdout).toContain('eval "$(publish-helm-chart completion bash)"')
})
