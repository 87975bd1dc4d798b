import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { chartFiles } from '../charts/charts.ts'
import { commitAll, git, initialize } from '../git.ts'
import type { Workspace } from '../workspace.ts'
import { HOSTILE_ATTRIBUTES, type Trap } from './configuration.ts'

export const MISSING_COMMIT = '0123456789012345678901234567890123456789'

/** A program and a server that leave a trace when a repository makes anybody use them. */
export class SetTrap implements Trap {
  readonly program: string
  #server: Server | undefined
  #connections = 0

  constructor(workspace: Workspace) {
    this.program = workspace.path('trap')
  }

  get address(): string {
    const address = this.#server?.address()
    return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  }

  async set(): Promise<void> {
    const script = `#!/bin/sh\necho "$0 $*" >> '${this.program}.fired'\nexit 1\n`
    const hooks = ['pre-commit', 'post-index-change', 'reference-transaction', 'post-checkout']
    await mkdir(`${this.program}.hooks`)
    for (const name of ['', ...hooks.map((hook) => `.hooks/${hook}`)]) {
      await writeFile(`${this.program}${name}`, script, { mode: 0o755 })
    }
    await writeFile(`${this.program}.attributes`, '*.txt filter=other\n')
    const server = createServer((socket) => {
      this.#connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#server = server
  }

  async remove(): Promise<void> {
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  /** What it caught: lines for programs, and for connections. */
  async caught(): Promise<readonly string[]> {
    const lines = await readFile(`${this.program}.fired`, 'utf8').catch(() => '')
    return [...lines.split('\n').filter(Boolean), ...Array(this.#connections).fill('a connection')]
  }
}

/** A repository with a chart in charts/demo, on which all kinds of commands have something to do. */
export async function writeLivelyRepository(workspace: Workspace): Promise<string> {
  const folder = 'repository'
  const lender = await workspace.write('lender', { a: 'a' })
  initialize(lender)
  commitAll(lender)
  const root = await workspace.write(folder, { '.gitattributes': HOSTILE_ATTRIBUTES })
  await workspace.write(join(folder, 'charts/demo'), chartFiles())
  initialize(root)
  commitAll(root)
  git(root, ['checkout', '--quiet', '-b', 'other'])
  await workspace.write(join(folder, 'charts/demo'), { 'values.yaml': 'other: 1\n' })
  commitAll(root)
  git(root, ['checkout', '--quiet', 'main'])
  await workspace.write(join(folder, 'charts/demo'), { 'values.yaml': 'main: 1\n' })
  commitAll(root)
  sign(root)
  const changes = { 'templates/configmap.yaml': 'a: b\n', 'notes.txt': 'new\n' }
  await workspace.write(join(folder, 'charts/demo'), changes)
  await writeFile(join(root, '.git/objects/info/alternates'), `${lender}/.git/objects\n`)
  return root
}

/** Puts a signature into the commit that is checked out. */
function sign(root: string): void {
  const armor = ['-----BEGIN PGP SIGNATURE-----', '', 'AAAA', '-----END PGP SIGNATURE-----']
  const commit = git(root, ['cat-file', 'commit', 'HEAD'])
  const signed = commit.replace(/\n\n/, `\ngpgsig ${armor.join('\n ')}\n\n`)
  const options = { input: `${signed}\n` }
  const id = git(root, ['hash-object', '-t', 'commit', '-w', '--stdin'], options)
  git(root, ['update-ref', 'refs/heads/main', id])
}

/** A chart, and a configuration that somebody else wrote. */
export interface HostilePlace {
  readonly chart: string
  /** Where git itself would heed the configuration. */
  readonly folder: string
  /** The folder with HEAD in it. */
  readonly gitFolder: string
  /** Puts the hostile configuration in its place. */
  readonly configure: (config: string) => Promise<void>
}

/** Each changes a {@link writeLivelyRepository}. */
export const HOSTILE_PLACES: Readonly<Record<string, (root: string) => Promise<HostilePlace>>> = {
  'in .git/config': async (root) => ordinary(root, join(root, '.git/config')),

  'in a file that .git/config includes': async (root) => {
    await appendTo(join(root, '.git/config'), '[include]\n\tpath = ../charts/demo/.included\n')
    return ordinary(root, join(root, 'charts/demo/.included'))
  },

  'in a file that .git/config includes for this folder': async (root) => {
    const condition = '[includeIf "gitdir:**"]\n\tpath = ../charts/demo/.included\n'
    await appendTo(join(root, '.git/config'), condition)
    return ordinary(root, join(root, 'charts/demo/.included'))
  },

  'in config.worktree': async (root) => {
    await appendTo(join(root, '.git/config'), '[extensions]\n\tworktreeConfig = true\n')
    return ordinary(root, join(root, '.git/config.worktree'))
  },

  'in config.worktree of a linked work tree': async (root) => {
    await appendTo(join(root, '.git/config'), '[extensions]\n\tworktreeConfig = true\n')
    git(root, ['worktree', 'add', '--quiet', '-b', 'linked', '../linked'])
    const linked = join(dirname(root), 'linked')
    const gitFolder = join(root, '.git/worktrees/linked')
    return { ...ordinary(linked, join(gitFolder, 'config.worktree')), gitFolder }
  },

  'where a .git file leads to': async (root) => {
    await rename(join(root, '.git'), join(root, 'charts/demo/store'))
    await writeFile(join(root, '.git'), 'gitdir: charts/demo/store\n')
    const gitFolder = join(root, 'charts/demo/store')
    return { ...ordinary(root, join(gitFolder, 'config')), gitFolder }
  },

  'in a bare repository that is the chart': async (root) => embedded(root, 'charts/demo'),

  'in a bare repository in the chart': async (root) => embedded(root, 'charts/demo/files/x'),

  'in a bare repository above the chart': async (root) => {
    const place = await embedded(root, 'charts')
    return { ...place, chart: join(root, 'charts/demo') }
  }
}

function ordinary(root: string, file: string): HostilePlace {
  return {
    chart: join(root, 'charts/demo'),
    folder: root,
    gitFolder: join(root, '.git'),
    configure: (config) => replaceEnd(file, config)
  }
}

/** The files of a bare repository, as files of the chart. */
async function embedded(root: string, path: string): Promise<HostilePlace> {
  const folder = join(root, path)
  for (const name of ['HEAD', 'objects', 'refs', 'config']) {
    await cp(join(root, '.git', name), join(folder, name), { recursive: true })
  }
  await appendTo(join(folder, 'config'), '[core]\n\tbare = true\n')
  const configure = (config: string) => replaceEnd(join(folder, 'config'), config)
  return { chart: join(root, 'charts/demo'), folder, gitFolder: folder, configure }
}

async function appendTo(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'a' })
}

const MARK = '# hostile\n'

async function replaceEnd(file: string, text: string): Promise<void> {
  const [clean = ''] = (await readFile(file, 'utf8').catch(() => '')).split(MARK)
  await writeFile(file, clean + MARK + text)
}
