import { ACTION, CLI, type ProgramOptions } from '../program.ts'
import type { Workspace } from '../workspace.ts'
import { inputVariables, unexpectedInputs } from './inputs.ts'
import { Job } from './job.ts'
import { runStep, type StepOptions, type StepResult } from './step.ts'

export type { Annotation } from './annotation.ts'
export { cancelWhen } from './cancellation.ts'
export { Job } from './job.ts'

export type ActionResult = StepResult

export interface RunnerOptions extends ProgramOptions {
  /** The job that the step belongs to; a job of its own unless given. */
  readonly job?: Job
  /** Whether debug logging is on. */
  readonly debug?: boolean
}

export interface PostOptions extends RunnerOptions {
  /** The runner evaluates them again for the post step. */
  readonly inputs?: Readonly<Record<string, string>>
}

/** Runs the main step of the action, as GitHub's runner would. */
export async function runAction(
  workspace: Workspace,
  inputs: Readonly<Record<string, string>>,
  options: RunnerOptions = {}
): Promise<ActionResult> {
  const unexpected = unexpectedInputs(inputs)
  if (unexpected !== undefined) throw new Error(unexpected)
  return runNode(workspace, inputVariables(inputs), options)
}

/** Runs the post step with the state that the main step left. */
export async function runPost(
  workspace: Workspace,
  state: Readonly<Record<string, string>>,
  options: PostOptions = {}
): Promise<ActionResult> {
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
  const variables = { ...inputVariables(options.inputs ?? {}), ...Object.fromEntries(saved) }
  return runNode(workspace, variables, options)
}

/** Runs the command in a `run:` step, whose output the runner reads as well. */
export function runCommandStep(
  workspace: Workspace,
  args: readonly string[],
  options: RunnerOptions = {}
): Promise<StepResult> {
  const node = options.node ?? process.execPath
  return runStep(workspace, [node, CLI, ...args], stepOptions(options, {}))
}

function runNode(
  workspace: Workspace,
  variables: Readonly<Record<string, string>>,
  options: RunnerOptions
): Promise<StepResult> {
  const node = options.node ?? process.execPath
  return runStep(workspace, [node, ACTION], stepOptions(options, variables))
}

function stepOptions(
  options: RunnerOptions,
  variables: Readonly<Record<string, string>>
): StepOptions {
  const environment = { ...variables, ...options.environment }
  return { ...options, job: options.job ?? new Job(), environment }
}
