import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chartFiles } from '../charts/charts.ts'
import { killWhen, type ProgramResult } from '../program.ts'
import type { RecordedRequest } from '../registry/registry-store.ts'
import { runPost } from '../runner/runner.ts'
import { Workspace } from '../workspace.ts'
import { runFace } from './faces.ts'
import type { Lab } from './lab.ts'
import { type Exit, type HelmTrick, Recorders } from './recorders.ts'
import { type Faults, type ServerName, World } from './world.ts'

export type Face = 'action' | 'command'

/** `files`: `registry-auth` and the logins of earlier steps. `of a GitLab job`: the command's alone. */
export type Login =
  | 'password'
  | 'password on standard input'
  | 'identity-token'
  | 'files'
  | 'of a GitLab job'

type Inputs = Readonly<Record<string, string>>

/** One way for a run to go. */
export interface Scenario extends Faults {
  /** Where the login of the registry is from; `password` unless given. */
  readonly login?: Login
  /** The registry alone unless given. */
  readonly targets?: readonly ServerName[]
  readonly helm?: HelmTrick
  /** Runs `inspect` on what the registry has; only the command can. */
  readonly inspects?: boolean
  /** Signs with a PGP key, given with its passphrase or with another one. */
  readonly pgp?: 'its passphrase' | 'another passphrase'
  /** Signs with Sigstore: as a job of GitHub, which attests as well; as a job of GitLab; or with a key of cosign. */
  readonly signs?: 'on GitHub' | 'on GitLab' | 'with a key' | 'with a key and another password'
  readonly fileLimitKiB?: number
  /** More files of the chart. */
  readonly files?: Inputs | ((lab: Lab) => Inputs)
  /** More inputs, or flags of the command. */
  readonly inputs?: Inputs | ((lab: Lab, world: World) => Inputs)
  readonly environment?: Readonly<Record<string, string>>
  /** Sent when helm waits, or when a server, the registry unless given, is asked for this. */
  readonly signal?: NodeJS.Signals
  readonly signalFrom?: ServerName
  readonly signalAt?: (request: RecordedRequest) => boolean
}

/** What a run left, and where. */
export interface Evidence {
  readonly result: ProgramResult
  /** All canaries where none may be. */
  readonly strayed: readonly string[]
  /** Which servers got which. */
  readonly heard: readonly string[]
  readonly programs: readonly string[]
  /** Canaries in arguments and environments of children. */
  readonly told: readonly string[]
  /** Canaries in the heap at exit, and at SIGUSR2. */
  readonly heap: readonly string[]
  readonly heapBefore: readonly string[]
  /** Canaries in the environment at exit. */
  readonly environment: readonly string[]
  readonly exit: Exit | undefined
  /** Milliseconds from the signal to the exit. */
  readonly endedAfterMs: number | undefined
  /** In the folder for temporary files; after the post step, too, where there is one. */
  readonly leftBehind: readonly string[]
  readonly leftovers: readonly string[]
}

/** Plays a scenario with one face of the program, and looks for canaries everywhere. */
export async function play(lab: Lab, face: Face, scenario: Scenario): Promise<Evidence> {
  const [workspace, records] = [new Workspace(), new Workspace()]
  await workspace.open()
  await records.open()
  const world = await World.start(lab, scenario)
  try {
    const noise = randomBytes(30_000).toString('base64')
    await workspace.write('chart', {
      ...chartFiles(),
      'files/noise.txt': noise,
      ...filesOf(scenario, lab)
    })
    const recorders = await Recorders.make(records, lab, scenario)
    return await perform({ lab, face, scenario, workspace, world, recorders })
  } finally {
    await world.stop()
    await workspace.close()
    await records.close()
  }
}

function filesOf({ files = {} }: Scenario, lab: Lab): Inputs {
  return typeof files === 'function' ? files(lab) : files
}

export interface Stage {
  readonly lab: Lab
  readonly face: Face
  readonly scenario: Scenario
  readonly workspace: Workspace
  readonly world: World
  readonly recorders: Recorders
}

async function perform(stage: Stage): Promise<Evidence> {
  const { lab, face, workspace, world, recorders } = stage
  const timer = new SignalTimer(stage)
  const main = await runFace(stage, timer.started)
  const strayed = [
    ...streamFinds(lab, main),
    ...(await lab.search.inTree(workspace.path())).map((find) => `file ${find}`)
  ]
  const leftBehind = await workspace.leftovers()
  const post = face === 'action' ? await runPost(workspace, main.state) : undefined
  const exit = await recorders.exit()
  return {
    result: main,
    strayed: [...strayed, ...(post ? streamFinds(lab, post) : [])],
    heard: world.heard(),
    programs: await recorders.programs(),
    told: await recorders.finds(),
    heap: await recorders.heap('exit'),
    heapBefore: await recorders.heap('during'),
    environment: await recorders.environment(),
    exit,
    endedAfterMs: timer.millisecondsUntil(exit),
    leftBehind,
    leftovers: await workspace.leftovers()
  }
}

/** All that was printed but masks, which are the way to hand secrets to the runner. */
function streamFinds({ search }: Lab, { stdout, stderr }: ProgramResult): readonly string[] {
  const printed = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  return [
    ...search.in(printed.join('\n')).map((canary) => `stdout: ${canary}`),
    ...search.in(stderr).map((canary) => `stderr: ${canary}`)
  ]
}

/** Sends the signal of a scenario at its moment, and knows when that was. */
class SignalTimer {
  readonly #stage: Stage
  #sentAt: number | undefined

  constructor(stage: Stage) {
    this.#stage = stage
  }

  readonly started = (child: ChildProcess): void => {
    const { signal } = this.#stage.scenario
    if (!signal) return
    const isTime = () => {
      if (this.#isTime()) this.#sentAt ??= Date.now()
      return this.#sentAt !== undefined
    }
    killWhen(isTime, signal)(child)
  }

  millisecondsUntil(exit: Exit | undefined): number | undefined {
    return exit && this.#sentAt !== undefined ? exit.at - this.#sentAt : undefined
  }

  #isTime(): boolean {
    const { scenario, world, recorders } = this.#stage
    if (scenario.helm === 'waits') return existsSync(recorders.waiting)
    if (scenario.helm === 'is downloaded') return world.downloads.requests.length > 0
    const { requests } = world.servers[scenario.signalFrom ?? 'registry']
    return requests.some((request) => scenario.signalAt?.(request))
  }
}
