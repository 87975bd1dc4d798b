import type { ChildProcess } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { expect } from '@jest/globals'
import { FACES, type Face, type FaceResult, runFace } from '../both-faces.ts'
import { chartFiles } from '../charts/charts.ts'
import { killWhen } from '../program.ts'
import { type Fault, TestRegistry } from '../registry/registry.ts'
import { Workspace } from '../workspace.ts'
import { limited } from './limited.ts'

/** So many runs side by side: most of their time is waiting. */
const inTurn = limited(10)
const LONGEST_MS = 20_000

/** A run with something in it that does not do its part. */
export interface Hazard {
  readonly inputs?: (workspace: Workspace) => Readonly<Record<string, string>>
  readonly environment?: (workspace: Workspace) => Readonly<Record<string, string>>
  readonly prepare?: (workspace: Workspace) => Promise<unknown>
  readonly fault?: Fault
  /** Sent as soon as the condition holds. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly when: Condition }
  /** Exit codes that may come of it. */
  readonly codes: readonly number[]
  readonly faces?: readonly Face[]
  /** False where they cannot be written. */
  readonly hasResults?: boolean
}

export type Condition = (workspace: Workspace) => Promise<boolean>

/** Whether a file of that name is in the home folder. */
export function hasNoted(name: string): Condition {
  return async (workspace) => (await readdir(workspace.path('home'))).includes(name)
}

export interface Ended extends FaceResult {
  readonly seconds: number
  readonly left: readonly string[]
}

export async function endOf(face: Face, hazard: Hazard): Promise<Ended> {
  const workspace = new Workspace()
  await workspace.open()
  const registry = await TestRegistry.start(hazard.fault ? { fault: hazard.fault } : {})
  try {
    await workspace.write('chart', chartFiles())
    await hazard.prepare?.(workspace)
    const started = performance.now()
    const result = await runFace(face, workspace, {
      inputs: {
        chart: 'chart',
        registry: `${registry.host}/charts`,
        'plain-http': 'true',
        timeout: '15s',
        ...hazard.inputs?.(workspace)
      },
      environment: { GIT_CEILING_DIRECTORIES: '/', ...hazard.environment?.(workspace) },
      detached: true,
      started: (child) => {
        // One that never ends fails the test, and does not outlive it.
        const timer = setTimeout(() => process.kill(-Number(child.pid), 'SIGKILL'), LONGEST_MS)
        child.once('exit', () => clearTimeout(timer))
        signaller(workspace, hazard)(child)
      }
    })
    const seconds = (performance.now() - started) / 1000
    return { ...result, seconds, left: await workspace.leftovers() }
  } finally {
    await endDaemons(workspace)
    await registry.stop()
    await workspace.close()
  }
}

function signaller(workspace: Workspace, { signal }: Hazard): (child: ChildProcess) => void {
  if (!signal) return () => undefined
  return killWhen(() => signal.when(workspace), signal.name)
}

/** Those whose numbers are in the home folder; they have left the group of the program that started them. */
async function endDaemons(workspace: Workspace): Promise<void> {
  const text = await readFile(workspace.path('home/daemons'), 'utf8').catch(() => '')
  for (const pid of text.split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
}

/** What a run must not be like, in words. */
function faultsOf(
  { codes, hasResults = true }: Hazard,
  { code, results, hasError, seconds, left }: Ended
): string {
  const faults = [
    codes.includes(code) ? '' : `it ended with ${code}`,
    results === undefined && hasResults ? 'it printed no results' : '',
    hasError === (code !== 0) ? '' : 'its log does not say how it ended',
    seconds * 1000 < LONGEST_MS ? '' : `it took ${seconds.toFixed(1)} s`,
    left.length === 0 ? '' : `it left ${left}`
  ]
  return faults.filter(Boolean).join(', ')
}

export async function expectAll(hazards: Readonly<Record<string, Hazard>>): Promise<void> {
  const runs = Object.entries(hazards).flatMap(([name, hazard]) => {
    return (hazard.faces ?? FACES).map((face) => {
      return inTurn(async () => {
        const ended = await endOf(face, hazard)
        const faults = faultsOf(hazard, ended)
        return faults === '' ? [] : [`${name} (${face}): ${faults}\n${ended.log}`]
      })
    })
  })
  expect((await Promise.all(runs)).flat()).toEqual([])
}
