import { existsSync } from 'node:fs'
import { chmod, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { environmentIn } from '../program.ts'
import type { Workspace } from '../workspace.ts'
import type { Lab } from './lab.ts'
import type { CanarySearch } from './search.ts'

/** What goes wrong with helm: how the recording one packages, or that another one has to be downloaded. */
export type HelmTrick = 'waits' | 'fails' | 'is downloaded'

const WITNESS = join(import.meta.dirname, 'heap-witness.cjs')

/** A folder beside the workspace of a run: programs that record how they are called, and what they recorded. */
export class Recorders {
  readonly #folder: Workspace
  readonly #search: CanarySearch

  private constructor(folder: Workspace, search: CanarySearch) {
    this.#folder = folder
    this.#search = search
  }

  static async make(folder: Workspace, lab: Lab, options: RecorderOptions): Promise<Recorders> {
    const seen = await folder.write('seen', { '.keep': '' })
    const helper = `${recorder(seen)}cat >/dev/null\ncat "${lab.file('answer.json')}"\n`
    const bin = await folder.write('bin', {
      helm: recorder(seen) + trick(options.helm, folder) + onwards('helm'),
      git: recorder(seen) + onwards('git'),
      'docker-credential-canary': helper,
      node: node(folder, options.fileLimitKiB)
    })
    for (const name of await readdir(bin)) await chmod(join(bin, name), 0o755)
    return new Recorders(folder, lab.search)
  }

  /** A node that leaves a snapshot of its heap behind. */
  get node(): string {
    return this.#folder.path('bin/node')
  }

  /** PATH with the recording programs first; node itself is no child of the bundle. */
  path(workspace: Workspace): string {
    return `${dirname(this.node)}:${environmentIn(workspace)['PATH']}`
  }

  /** The file that the helm that waits makes when it begins to. */
  get waiting(): string {
    return this.#folder.path('waiting')
  }

  /** The programs that ran. */
  async programs(): Promise<readonly string[]> {
    const names = (await this.#files()).map((file) => file.replace(/-\d+$/, ''))
    return [...new Set(names)].sort()
  }

  /** As `PROGRAM: CANARY`, in arguments and environments. */
  async finds(): Promise<readonly string[]> {
    const finds = (await this.#files()).map(async (file) => {
      const seen = await readFile(this.#folder.path('seen', file))
      return this.#search.in(seen).map((canary) => `${file.replace(/-\d+$/, '')}: ${canary}`)
    })
    return [...new Set((await Promise.all(finds)).flat())].sort()
  }

  /** The canaries in the heap at exit, or when it was asked for before; none where there is no snapshot. */
  async heap(moment: 'exit' | 'during'): Promise<readonly string[]> {
    return this.#findsIn(`${moment}.heapsnapshot`)
  }

  /** The canaries in what was left of the environment at exit. */
  async environment(): Promise<readonly string[]> {
    return this.#findsIn('environment.json')
  }

  /** When the process ended, and what was still open then; undefined when it was killed. */
  async exit(): Promise<Exit | undefined> {
    const path = this.#folder.path('exit.json')
    return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as Exit) : undefined
  }

  async #findsIn(name: string): Promise<readonly string[]> {
    const path = this.#folder.path(name)
    return existsSync(path) ? this.#search.in(await readFile(path)) : []
  }

  async #files(): Promise<readonly string[]> {
    const files = await readdir(this.#folder.path('seen'))
    return files.filter((file) => file !== '.keep')
  }
}

export interface RecorderOptions {
  readonly helm?: HelmTrick | undefined
  /** The largest file that the bundle and its children can write, as on a disk that is full. */
  readonly fileLimitKiB?: number | undefined
}

export interface Exit {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Kinds of resources, as Node names them. */
  readonly open: readonly string[]
}

/** Writes down arguments and environment, as the program got them and as others can read them. */
function recorder(folder: string): string {
  return `#!/bin/bash
{
  printf '%s\\n' "$0" "$@"
  env
  [ ! -r /proc/$$/environ ] || cat /proc/$$/environ /proc/$$/cmdline
} >"${folder}/$(basename "$0")-$$"
`
}

function onwards(program: string): string {
  return `PATH="\${PATH#*:}"\nexec ${program} "$@"\n`
}

function trick(helm: HelmTrick | undefined, folder: Workspace): string {
  if (helm === undefined || helm === 'is downloaded') return ''
  const deed =
    helm === 'waits'
      ? `touch "${folder.path('waiting')}"; sleep 30`
      : 'echo "Error: this is not a chart" >&2; env >&2; exit 1'
  return `if [ "$1" = package ]; then ${deed}; fi\n`
}

function node(folder: Workspace, fileLimitKiB: number | undefined): string {
  const limit = fileLimitKiB === undefined ? '' : `ulimit -S -f ${fileLimitKiB}\n`
  const unlimits = fileLimitKiB === undefined ? '' : 'export HEAP_WITNESS_UNLIMITS=1\n'
  const flags = [
    '--expose-gc',
    // V8 cuts the texts of a snapshot after 1024 characters.
    '--heap-snapshot-string-limit=1000000',
    // A thread that compiles a function holds what the function can see, for as long as that takes.
    '--no-concurrent-recompilation',
    `--require=${WITNESS}`
  ].join(' ')
  return `#!/bin/bash
${limit}${unlimits}export HEAP_WITNESS="${folder.path()}"
exec "${process.execPath}" ${flags} "$@"
`
}
