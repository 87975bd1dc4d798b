import { readFile, writeFile } from 'node:fs/promises'
import { environmentIn, type ProgramOptions, type ProgramResult, run } from '../program.ts'
import type { Workspace } from '../workspace.ts'
import type { Annotation } from './annotation.ts'
import { declareSubjects } from './artifacts.ts'
import type { WorkflowCommand } from './commands.ts'
import { pairsIn, uploadedSummary } from './file-commands.ts'
import type { Job } from './job.ts'
import { StepLog } from './step-log.ts'
import { LineReader } from './text.ts'

export interface StepOptions extends ProgramOptions {
  readonly job: Job
  /** Whether debug logging is on for the steps of the job. */
  readonly debug?: boolean
}

/** A step that has ended: what it printed and wrote as it is, and what the runner made of that. */
export interface StepResult extends ProgramResult {
  readonly job: Job
  /** Whether debug logging was on. */
  readonly debug: boolean
  /** What a viewer of the log sees, masked. */
  readonly log: string
  readonly annotations: readonly Annotation[]
  /** Those that were acted on, in order. */
  readonly commands: readonly WorkflowCommand[]
  /** Titles of log groups. */
  readonly groups: readonly string[]
  /** Values given to `::add-mask::`, in order. */
  readonly masks: readonly string[]
  readonly outputs: Readonly<Record<string, string>>
  /** What is left of them as outputs of the job. */
  readonly jobOutputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  /** What is in the file of the job summary. */
  readonly summary: string
  /** What the runner uploads of it. */
  readonly shownSummary: string
  /** What is in the file of artifacts. */
  readonly artifacts: string
  readonly failed: boolean
}

type FileCommands = Readonly<Record<'output' | 'state' | 'summary' | 'artifacts', string>>

/** Runs a program as a step of a job, in an environment of the workspace. */
export async function runStep(
  workspace: Workspace,
  command: readonly [file: string, ...args: readonly string[]],
  options: StepOptions
): Promise<StepResult> {
  const { job, debug = false } = options
  const log = new StepLog(job.masks, debug)
  const paths = {
    output: workspace.path('output'),
    state: workspace.path('state'),
    summary: workspace.path('summary'),
    artifacts: workspace.path('artifacts')
  }
  for (const path of Object.values(paths)) await writeFile(path, '')
  const [file, ...args] = command
  const result = await run(file, args, {
    directory: workspace.path(),
    ...options,
    environment: { ...environmentOf(workspace, paths, debug), ...options.environment },
    started: (child) => {
      for (const stream of [child.stdout, child.stderr]) {
        const reader = new LineReader((line) => log.receive(line))
        stream?.on('data', (text: string) => reader.write(text)).once('end', () => reader.end())
      }
      options.started?.(child)
    }
  })
  const files = {
    output: await readFile(paths.output, 'utf8'),
    state: await readFile(paths.state, 'utf8'),
    summary: await readFile(paths.summary, 'utf8'),
    artifacts: await readFile(paths.artifacts, 'utf8')
  }
  return {
    ...result,
    debug,
    ...settle(log, files, { job, folder: workspace.path(), code: result.code })
  }
}

/** The variables of every step (those of GITHUB_* that tell of the event are the test's to give). */
function environmentOf(
  workspace: Workspace,
  paths: FileCommands,
  debug: boolean
): Readonly<Record<string, string>> {
  return {
    ...environmentIn(workspace),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace.path(),
    GITHUB_OUTPUT: paths.output,
    GITHUB_STATE: paths.state,
    GITHUB_STEP_SUMMARY: paths.summary,
    GITHUB_ARTIFACTS: paths.artifacts,
    RUNNER_TEMP: workspace.path('tmp'),
    RUNNER_TOOL_CACHE: workspace.path('tool-cache'),
    ...(debug && { RUNNER_DEBUG: '1' })
  }
}

interface Ended {
  readonly job: Job
  readonly folder: string
  readonly code: number | null
}

function settle(
  log: StepLog,
  files: FileCommands,
  { job, folder, code }: Ended
): Omit<StepResult, keyof ProgramResult | 'debug'> {
  const shownSummary = processFiles(log, files, { job, folder })
  const said = (name: string) => log.commands.filter((command) => command.name === name)
  return {
    job,
    log: log.lines.join('\n'),
    annotations: log.annotations,
    commands: log.commands,
    groups: said('group').map(({ data }) => data),
    masks: said('add-mask').map(({ data }) => data),
    outputs: log.outputs,
    jobOutputs: job.outputsOf(log.outputs).outputs,
    state: log.state,
    summary: files.summary,
    shownSummary,
    artifacts: files.artifacts,
    failed: log.failed || code !== 0
  }
}

/**
 * What the runner does with the files behind the end of the program (actions/runner, FileCommandManager): what it
 * cannot read fails the step, but for the summary. Returns what it uploads of that.
 */
function processFiles(
  log: StepLog,
  files: FileCommands,
  { job, folder }: Omit<Ended, 'code'>
): string {
  const attempt = (name: string, take: () => void) => {
    try {
      take()
    } catch (error) {
      log.fail(`Unable to process file command '${name}' successfully.`, (error as Error).message)
    }
  }
  attempt('state', () => takePairs(files.state, log.state))
  attempt('output', () => takePairs(files.output, log.outputs))
  attempt('artifacts', () => {
    const added = declareSubjects(files.artifacts, job.subjects, folder)
    const sum = `(job total: ${job.subjects.size})`
    if (added > 0) log.write(`Captured ${added} artifact subject(s) from this step ${sum}.`)
  })
  try {
    return uploadedSummary(files.summary, job.masks)
  } catch (error) {
    log.annotate('error', (error as Error).message)
    return ''
  }
}

function takePairs(text: string, into: Record<string, string>): void {
  for (const [name, value] of pairsIn(text)) into[name] = value
}
