import { readFile, writeFile } from 'node:fs/promises'
import { ACTION, environmentIn, type ProgramOptions, type ProgramResult, run } from './program.ts'
import type { Workspace } from './workspace.ts'

export interface ActionResult extends ProgramResult {
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  /** Values given to `::add-mask::`, in their order. */
  readonly masks: readonly string[]
  /** What is in the file of the job summary. */
  readonly summary: string
  /** What is in the file of artifacts. */
  readonly artifacts: string
}

/** Runs the main step of the action, as GitHub's runner would: inputs and file commands in the environment. */
export async function runAction(
  workspace: Workspace,
  inputs: Readonly<Record<string, string>>,
  options: ProgramOptions = {}
): Promise<ActionResult> {
  const files = {
    GITHUB_OUTPUT: workspace.path('output'),
    GITHUB_STATE: workspace.path('state'),
    GITHUB_STEP_SUMMARY: workspace.path('summary'),
    GITHUB_ARTIFACTS: workspace.path('artifacts')
  }
  for (const file of Object.values(files)) await writeFile(file, '')
  const given = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value
  ])
  const result = await run(options.node ?? process.execPath, [ACTION], {
    directory: workspace.path(),
    ...options,
    environment: {
      ...environmentIn(workspace),
      RUNNER_TEMP: workspace.path('tmp'),
      RUNNER_TOOL_CACHE: workspace.path('tool-cache'),
      GITHUB_WORKSPACE: workspace.path(),
      ...files,
      ...Object.fromEntries(given),
      ...options.environment
    }
  })
  return {
    ...result,
    outputs: parseFileCommand(await readFile(files.GITHUB_OUTPUT, 'utf8')),
    state: parseFileCommand(await readFile(files.GITHUB_STATE, 'utf8')),
    masks: masksIn(result.stdout),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'),
    artifacts: await readFile(files.GITHUB_ARTIFACTS, 'utf8')
  }
}

/** Runs the post step with the state that the main step left. */
export async function runPost(
  workspace: Workspace,
  state: Readonly<Record<string, string>>
): Promise<ProgramResult> {
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
  return run(process.execPath, [ACTION], {
    directory: workspace.path(),
    environment: {
      ...environmentIn(workspace),
      RUNNER_TEMP: workspace.path('tmp'),
      ...Object.fromEntries(saved)
    }
  })
}

/** The `NAME<<DELIMITER` form of file commands (actions/runner, FileCommandManager). */
export function parseFileCommand(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {}
  const lines = text.split('\n')
  while (lines.length > 0) {
    const [, name, delimiter] = /^([^<]+)<<(.+)$/.exec(lines.shift() ?? '') ?? []
    if (name === undefined || delimiter === undefined) continue
    const end = lines.indexOf(delimiter)
    if (end === -1) throw new Error(`the value of ${name} has no end`)
    values[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n')
  }
  return values
}

function masksIn(stdout: string): readonly string[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('::add-mask::'))
    .map((line) => line.slice('::add-mask::'.length))
    .map((text) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%'))
}
