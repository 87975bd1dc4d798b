import { chown, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { COMMIT_SECONDS, commitAll, git, initialize } from '../support/git.ts'
import { HOSTILE_KEYS } from '../support/hostile/configuration.ts'
import {
  HOSTILE_PLACES,
  MISSING_COMMIT,
  SetTrap,
  writeLivelyRepository
} from '../support/hostile/repository.ts'
import { environmentIn, type ProgramResult, run, runCli } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const COMMIT_DATE = new Date(COMMIT_SECONDS * 1000).toISOString()

function packageChart(
  chart: string,
  environment: Readonly<Record<string, string>> = {},
  ...flags: readonly string[]
): Promise<ProgramResult> {
  const args = ['package', chart, `--destination=${workspace.path('out')}`, ...flags]
  return runCli(workspace, args, { environment, directory: workspace.path('here') })
}

beforeEach(() => mkdir(workspace.path('here')))

describe('with a trap', () => {
  let trap: SetTrap
  let root = ''

  beforeEach(async () => {
    trap = new SetTrap(workspace)
    await trap.set()
    root = await writeLivelyRepository(workspace)
  })

  afterEach(() => trap.remove())

  /** Programs called git wherever PATH could find them, and variables by which git would run others. */
  async function hostileEnvironment(): Promise<Readonly<Record<string, string>>> {
    const { program } = trap
    const programs = ['bin/git', 'here/git', 'libexec/git-rev-list', 'libexec/git-upload-pack']
    for (const path of programs) {
      await mkdir(join(workspace.path(path), '..'), { recursive: true })
      await copyFile(program, workspace.path(path))
    }
    const config = await workspace.write('config', { config: `[core]\n\tfsmonitor = ${program}\n` })
    return {
      PATH: `.:${workspace.path('bin')}:${environmentIn(workspace)['PATH']}`,
      GIT_DIR: workspace.path('lender/.git'),
      GIT_WORK_TREE: workspace.path('lender'),
      GIT_OBJECT_DIRECTORY: workspace.path('lender/.git/objects'),
      GIT_EXEC_PATH: workspace.path('libexec'),
      GIT_CONFIG_GLOBAL: join(config, 'config'),
      GIT_CONFIG_SYSTEM: join(config, 'config'),
      GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${program}'`,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.sshCommand',
      GIT_CONFIG_VALUE_0: program,
      GIT_SSH_COMMAND: program,
      GIT_SSH: program,
      GIT_PROXY_COMMAND: program,
      GIT_EXTERNAL_DIFF: program,
      GIT_ASKPASS: program,
      SSH_ASKPASS: program,
      GIT_PAGER: program,
      GIT_EDITOR: program,
      GIT_TRACE: workspace.path('trace'),
      GIT_TRACE2: workspace.path('trace'),
      GIT_ALLOW_PROTOCOL: 'ext:ssh:file:git:http',
      GIT_TEMPLATE_DIR: `${program}.hooks`
    }
  }

  test.each(Object.entries(HOSTILE_PLACES))('nothing runs, %s', async (_, makePlace) => {
    const place = await makePlace(root)
    await place.configure(HOSTILE_KEYS.map(({ config }) => config(trap)).join(''))
    const environment = await hostileEnvironment()
    await writeFile(join(place.gitFolder, 'HEAD'), `${MISSING_COMMIT}\n`)
    expect(await packageChart(place.chart, environment)).toMatchObject({ code: 0 })
    await writeFile(join(place.gitFolder, 'HEAD'), 'ref: refs/heads/main\n')
    const untrusted = await packageChart(place.chart, { ...environment, ...EVENT })
    expect(untrusted).toMatchObject({ code: 2 })
    expect(await trap.caught()).toEqual([])
    await expect(rm(workspace.path('trace'))).rejects.toThrow('ENOENT')
  })

  test('the variables of git name no other repository', async () => {
    const { stderr } = await packageChart(join(root, 'charts/demo'), await hostileEnvironment())
    const head = git(root, ['rev-parse', 'HEAD'])
    expect(stderr).toContain(`dated ${COMMIT_DATE} by commit ${head.slice(0, 12)}`)
  })

  test('the trap works: any git would be caught', async () => {
    const environment = await hostileEnvironment()
    await run('/bin/sh', ['-c', 'git --version'], { environment })
    expect(await trap.caught()).toHaveLength(1)
  })
})

/** Of a pull request from a fork; the payload cannot be read. */
const EVENT = { GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_SHA: MISSING_COMMIT }

describe('a chart in a repository', () => {
  let root = ''
  let chart = ''

  beforeEach(async () => {
    chart = await workspace.write('repository/charts/demo', chartFiles())
    root = workspace.path('repository')
    initialize(root)
    commitAll(root)
  })

  test('is dated by its commit, without a notice', async () => {
    const { stderr } = await packageChart(chart)
    expect(stderr).toContain(`dated ${COMMIT_DATE} by commit `)
    expect(stderr).not.toMatch(/Notice|Warning|differ from the commit/i)
  })

  test('is dated by its commit when it belongs to another user, as in container jobs', async () => {
    if (process.getuid?.() !== 0) return
    for (const path of [root, join(root, '.git')]) await chown(path, 12345, 12345)
    expect(() => git(root, ['rev-parse', 'HEAD'])).toThrow('dubious ownership')
    expect((await packageChart(chart)).stderr).toContain(`dated ${COMMIT_DATE} by commit `)
  })

  test('is dated without git on PATH', async () => {
    const result = await packageChart(chart, {
      PATH: environmentIn(workspace)['PATH']?.split(':')[0] ?? ''
    })
    expect(result.stderr).toContain(`dated ${COMMIT_DATE} by commit `)
  })

  test('with changes gives a notice', async () => {
    await workspace.write('repository/charts/demo', { 'values.yaml': 'replicas: 2\n' })
    const { code, stderr } = await packageChart(chart)
    expect(code).toBe(0)
    expect(stderr).toContain('its files differ from the commit: "values.yaml" (changed).')
  })

  test('of a commit with an impossible date gets the current time, and one warning for all charts', async () => {
    await workspace.write('repository/charts/other', chartFiles({ name: 'other' }))
    const commit = git(root, ['cat-file', 'commit', 'HEAD'])
    const input = `${commit.replace(/^(committer .*>) .*$/m, '$1 -62135596801 +0000')}\n`
    const args = ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally']
    await writeFile(join(root, '.git/HEAD'), `${git(root, args, { input })}\n`)
    const { code, stderr } = await packageChart(join(root, 'charts/*'))
    expect(code).toBe(0)
    expect(stderr.match(/is not between 1970 and 9999/g)).toHaveLength(1)
    expect(stderr).toContain('with the current time')
  })

  test('is refused under an event with the code of others, unless it is allowed', async () => {
    const refused = await packageChart(chart, EVENT)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('was started by `pull_request_target` for a pull request from')
    const allowed = await packageChart(chart, EVENT, '--allow-untrusted-checkout')
    expect(allowed).toMatchObject({ code: 0 })
    const ours = { ...EVENT, GITHUB_SHA: git(root, ['rev-parse', 'HEAD']), GITHUB_WORKSPACE: root }
    expect(await packageChart(chart, ours)).toMatchObject({ code: 0 })
  })

  test('is refused under such an event when a `file://` dependency is not that of the commit', async () => {
    const extra = 'dependencies:\n- {name: lib, version: 1.0.0, repository: "file://../lib"}\n'
    await workspace.write('repository/charts/demo', chartFiles({ extra }))
    const lib = chartFiles({ name: 'lib', version: '1.0.0' })
    await workspace.write('repository/charts/lib', lib)
    commitAll(root)
    const ours = { ...EVENT, GITHUB_SHA: git(root, ['rev-parse', 'HEAD']), GITHUB_WORKSPACE: root }
    expect(await packageChart(chart, ours)).toMatchObject({ code: 0 })
    await workspace.write('repository/charts/lib', { 'values.yaml': 'replicas: 2\n' })
    const refused = await packageChart(chart, ours)
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toContain('"charts/lib/values.yaml" differs from commit')
  })
})
