import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { type ProgramResult, runCli } from './program.ts'
import { runAction } from './runner/runner.ts'
import type { Workspace } from './workspace.ts'

export const FACES = ['command', 'action'] as const
export type Face = (typeof FACES)[number]

export interface FaceOptions {
  /** Of action.yml; the command gets them as flags, the password in the environment. */
  readonly inputs: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  readonly detached?: boolean
  readonly started?: (child: ChildProcess) => void
}

export interface FaceResult {
  /** As a shell has it: 128 and the number of the signal that ended it. */
  readonly code: number
  /** The results, in the form of the face: the one JSON object on stdout, or the output `results`. */
  readonly results: unknown
  /** Whether an error was logged. */
  readonly hasError: boolean
  readonly log: string
}

/** Publishes with the same inputs by the action, or by the command with `--json`. */
export async function runFace(
  face: Face,
  workspace: Workspace,
  { inputs, ...options }: FaceOptions
): Promise<FaceResult> {
  return face === 'action'
    ? resultOfAction(await runAction(workspace, inputs, options))
    : resultOfCommand(await publishByCommand(workspace, { inputs, ...options }))
}

function publishByCommand(
  workspace: Workspace,
  { inputs, environment, ...options }: FaceOptions
): Promise<ProgramResult> {
  const { chart = '.', password, ...others } = inputs
  const flags = Object.entries(others).map(([name, value]) => `--${name}=${value}`)
  const secret = password === undefined ? {} : { PUBLISH_HELM_CHART_PASSWORD: password }
  return runCli(workspace, ['publish', chart, ...flags, '--json'], {
    ...options,
    environment: { ...environment, ...secret }
  })
}

function resultOfCommand(result: ProgramResult): FaceResult {
  const hasError = /^Error: .+\n(?: {2}.+\n)* {2}Fix: /m.test(result.stderr)
  return { code: codeOf(result), results: parse(result.stdout), hasError, log: result.stderr }
}

function resultOfAction(result: Awaited<ReturnType<typeof runAction>>): FaceResult {
  const { annotations, outputs } = result
  const hasError = annotations.some(({ level, message }) => {
    return level === 'error' && message.includes(' Fix: ')
  })
  const results = parse(outputs['results'] ?? '')
  return { code: codeOf(result), results, hasError, log: result.log + result.stderr }
}

function codeOf({ code, signal }: ProgramResult): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
