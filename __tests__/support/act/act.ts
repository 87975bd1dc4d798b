import { cp, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readPin } from '../../../scripts/pins.ts'
import { toolPath } from '../../../scripts/tools.mjs'
import { chartFiles } from '../charts/charts.ts'
import { codeBlocks } from '../code-blocks.ts'
import { commitAll, git, initialize } from '../git.ts'
import { helmPath, run } from '../program.ts'
import type { Login } from '../registry/clients.ts'
import type { Workspace } from '../workspace.ts'

const ROOT = join(import.meta.dirname, '../../..')
const ACTION = 'publish-helm-chart/publish-helm-chart'
/** What a release of the action has of its files, as far as workflows use them. */
const RELEASED = ['action.yml', 'dist', '.github/workflows/publish.yml']

export interface ActRun {
  /** The text of the workflow. */
  readonly workflow: string
  readonly event?: 'push' | 'pull_request' | 'workflow_dispatch'
  /** Of `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string>>
  /** A tag that was pushed; main otherwise. */
  readonly tag?: string
  readonly actor?: string
  /** `GITHUB_TOKEN` is the token of the job. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly vars?: Readonly<Record<string, string>>
  /** Folders that stand in for other actions, by `owner/name`. */
  readonly standIns?: Readonly<Record<string, string>>
  /** Of the steps, beside HOME and PATH. */
  readonly environment?: Readonly<Record<string, string>>
}

export interface ActResult {
  readonly code: number | null
  /** Output of all steps, with what act says about them. */
  readonly log: string
}

/** The repository `team/shop` of GitHub, in the folder `repository` of the workspace. */
export async function makeRepository(
  workspace: Workspace,
  files: Readonly<Record<string, string | Buffer>>
): Promise<string> {
  const folder = await workspace.write('repository', files)
  initialize(folder)
  git(folder, ['remote', 'add', 'origin', 'https://github.com/team/shop.git'])
  commitAll(folder)
  return folder
}

/** Runs a workflow in the repository of the workspace with act, on this machine, without any container or network. */
export async function runAct(workspace: Workspace, options: ActRun): Promise<ActResult> {
  const repository = workspace.path('repository')
  const name = 'workflow.yml'
  await workspace.write('repository/.github/workflows', { [name]: options.workflow })
  commitAll(repository)
  const { tag, event = 'push', actor = 'ci', secrets = {}, vars = {} } = options
  if (tag !== undefined) git(repository, ['tag', '--force', tag])
  await workspace.write('act', { 'event.json': JSON.stringify(eventOf(options)) })
  const args = [
    ...[
      event,
      '--workflows',
      `.github/workflows/${name}`,
      '--eventpath',
      workspace.path('act/event.json')
    ],
    ...['--platform', 'ubuntu-24.04=-self-hosted', '--no-cache-server', '--action-offline-mode'],
    ...['--actor', actor, ...pairs('--secret', secrets), ...pairs('--var', vars)],
    ...(await localActions(workspace, options))
  ]
  const { code, stdout, stderr } = await run(toolPath('act'), args, {
    directory: repository,
    environment: { ...environmentOf(workspace), ...options.environment }
  })
  return { code, log: stdout + stderr }
}

/**
 * The log of a workflow that succeeds.
 * @throws with the log when it fails
 */
export async function succeed(workspace: Workspace, options: ActRun): Promise<string> {
  const { code, log } = await runAct(workspace, options)
  if (code !== 0) throw new Error(`The workflow failed:\n${log}`)
  return log
}

/** act finds the version of an action by its ref, so that each has to be named. */
async function localActions(workspace: Workspace, { workflow, standIns = {} }: ActRun) {
  const released = workspace.path('act/released')
  for (const path of RELEASED) {
    await mkdir(dirname(join(released, path)), { recursive: true })
    await cp(join(ROOT, path), join(released, path), { recursive: true })
  }
  const used = [...workflow.matchAll(/uses: ([\w.-]+\/[\w.-]+)@(\S+)/g)]
  const replaced = used.flatMap(([, action = '', ref]) => {
    const folder = standIns[action]
    return folder ? [`${action}@${ref}=${folder}`] : []
  })
  const own = `${ACTION}@${readPin().commit}=${released}`
  return [own, ...replaced].flatMap((pair) => ['--local-repository', pair])
}

function eventOf({ tag, inputs }: ActRun): unknown {
  const ref = tag === undefined ? 'refs/heads/main' : `refs/tags/${tag}`
  return { ref, ...(inputs && { inputs }) }
}

function pairs(flag: string, values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])
}

function environmentOf(workspace: Workspace): Readonly<Record<string, string>> {
  const folders = [
    // Programs that tests put in place of others.
    workspace.path('bin'),
    dirname(process.execPath),
    dirname(helmPath()),
    '/usr/local/bin',
    '/usr/bin',
    '/bin'
  ]
  return {
    PATH: folders.join(':'),
    HOME: workspace.path('home'),
    TMPDIR: workspace.path('tmp'),
    // act looks for a docker daemon otherwise.
    DOCKER_HOST: 'unix:///nowhere'
  }
}

type Hosts = Readonly<Record<string, string>>

/** A workflow of examples/workflows/ with other registries in place of its own, all of which speak plain http. */
export async function exampleFor(name: string, hosts: Hosts): Promise<string> {
  return withHosts(await readFile(join(ROOT, 'examples/workflows', name), 'utf8'), hosts)
}

/** The workflow that the README begins with, in the same way. */
export async function quickStartFor(hosts: Hosts): Promise<string> {
  const blocks = codeBlocks(await readFile(join(ROOT, 'README.md'), 'utf8'))
  const workflow = blocks.find(({ text }) => /^on:$/m.test(text) && /^jobs:$/m.test(text))
  if (!workflow) throw new Error('README.md has no whole workflow')
  return withHosts(workflow.text, hosts)
}

function withHosts(workflow: string, hosts: Hosts): string {
  const there = Object.entries(hosts).reduce(
    (text, [host, local]) => text.replaceAll(host, local),
    workflow
  )
  if (Object.keys(hosts).length === 0) return there
  const plain = new Set(Object.values(hosts).map((local) => local.replace(/\/.*/, '')))
  const list = [...plain].map((host) => `${' '.repeat(12)}${host}\n`)
  return there.replace(/^( {10}|( {6}))registry:/m, (line) => {
    const indent = ' '.repeat(line.indexOf('registry'))
    return `${indent}plain-http: |\n${list.join('')}${line}`
  })
}

/** A chart in a folder of the repository. */
export function chartIn(
  folder: string,
  options: Parameters<typeof chartFiles>[0] = {}
): Readonly<Record<string, string>> {
  const files = Object.entries(chartFiles(options))
  return Object.fromEntries(files.map(([name, content]) => [`${folder}/${name}`, content]))
}

/** The tags of a repository at a registry with passwords; none where there is no such repository. */
export async function tagsAt(
  registry: string,
  repository: string,
  { username, password }: Login
): Promise<readonly string[]> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const url = `http://${registry}/v2/${repository}/tags/list`
  const response = await fetch(url, { headers: { authorization } })
  return response.ok ? ((await response.json()) as { tags: readonly string[] }).tags : []
}
