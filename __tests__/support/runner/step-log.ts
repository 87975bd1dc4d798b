import { type Annotation, annotationOf, type Level, MOST_OF_A_LEVEL } from './annotation.ts'
import { COMMANDS, parseCommand, type WorkflowCommand } from './commands.ts'
import type { Masks } from './masks.ts'

/** Shorter tokens of stop-commands are not masked (actions/runner, ActionCommandManager). */
const LONGEST_UNMASKED_TOKEN = 6

const NO_TOKEN =
  "You cannot use a endToken that is an empty string, the string 'pause-logging', or another workflow command."

/**
 * What the runner makes of the lines of one step, of both its streams: the log as it is written, with the masks
 * of that moment, and what commands do (actions/runner, OutputManager, ActionCommandManager, ExecutionContext).
 */
export class StepLog {
  readonly lines: string[] = []
  readonly annotations: Annotation[] = []
  /** Every command that was acted on, in order. */
  readonly commands: WorkflowCommand[] = []
  readonly outputs: Record<string, string> = {}
  readonly state: Record<string, string> = {}
  failed = false
  readonly #masks: Masks
  readonly #isDebug: boolean
  readonly #registered = new Set<string>(COMMANDS)
  #stopToken: string | undefined
  #echoes = false

  constructor(masks: Masks, isDebug: boolean) {
    this.#masks = masks
    this.#isDebug = isDebug
    this.#echoes = isDebug
  }

  /** Takes a line of standard output or standard error. */
  receive(line: string): void {
    if (!this.#process(line))
      this.write(line.replaceAll(/##\[(?=start-action|end-action)/g, '##[\\'))
  }

  /** Writes to the log, masked. */
  write(text: string): void {
    this.lines.push(this.#masks.hide(text))
  }

  debug(text: string): void {
    if (this.#isDebug) for (const line of text.split(/\r?\n/)) this.write(`##[debug]${line}`)
  }

  /** An error of the runner itself, which fails the step. */
  fail(...messages: readonly string[]): void {
    for (const message of messages) this.annotate('error', message)
    this.failed = true
  }

  /** Ten of a level are kept for the page of the run, all are in the log. */
  annotate(
    level: Level,
    message: string,
    properties: ReadonlyMap<string, string> = new Map()
  ): void {
    const annotation = annotationOf(level, message, { properties, masks: this.#masks })
    const kept = this.annotations.filter((other) => other.level === level)
    if (kept.length < MOST_OF_A_LEVEL) this.annotations.push(annotation)
    if (annotation.message !== '') this.write(`##[${level}]${annotation.message}`)
  }

  /** Whether the line was a command, and is not to be shown. */
  #process(line: string): boolean {
    const command = parseCommand(line, this.#registered)
    if (command === undefined) return false
    if (this.#stopToken !== undefined) return this.#resume(command, line)
    this.commands.push(command)
    if (command.name === 'stop-commands') this.#stop(command.data, line)
    else this.#act(command, line)
    return true
  }

  #resume({ name }: WorkflowCommand, line: string): boolean {
    if (name !== this.#stopToken) return false
    this.write(line)
    this.#registered.delete(this.#stopToken)
    this.#stopToken = undefined
    return true
  }

  /** The runner throws what is wrong with a token at the step itself, which then fails. */
  #stop(token: string, line: string): void {
    const name = token.toLowerCase()
    if (name === '' || name === 'pause-logging' || this.#registered.has(name)) {
      this.fail(NO_TOKEN)
      return
    }
    this.#stopToken = name
    this.#registered.add(name)
    if (token.length > LONGEST_UNMASKED_TOKEN) this.#masks.add(token)
    this.write(line)
  }

  #act(command: WorkflowCommand, line: string): void {
    const isQuiet = QUIET.includes(command.name)
    if (this.#echoes && !isQuiet) this.write(line)
    try {
      this.#dispatch(command)
    } catch (error) {
      const what = isQuiet ? command.name : line
      this.fail(`Unable to process command '${what}' successfully.`, (error as Error).message)
    }
  }

  #dispatch({ name, properties, data }: WorkflowCommand): void {
    const annotate = (level: Level) => () => this.annotate(level, data, properties)
    const disabled = () => {
      throw new Error(`The \`${name}\` command is disabled.`)
    }
    const actions: Readonly<Record<string, () => void>> = {
      'add-mask': () => this.#mask(data),
      'add-path': disabled,
      'save-state': () => setNamed(this.state, properties, data),
      'set-env': disabled,
      'set-output': () => setNamed(this.outputs, properties, data),
      debug: () => this.debug(data),
      echo: () => {
        this.#echoes = echoValue(data)
      },
      endgroup: () => this.write('##[endgroup]'),
      error: annotate('error'),
      group: () => this.write(`##[group]${data}`),
      notice: annotate('notice'),
      warning: annotate('warning')
    }
    actions[name]?.()
  }

  #mask(data: string): void {
    if (data.trim() === '') {
      const message = "Can't add secret mask for empty string in ##[add-mask] command."
      this.annotate('warning', message)
      return
    }
    if (this.#echoes) this.write('::add-mask::***')
    this.#masks.add(data)
  }
}

/** Commands that are never echoed (`OmitEcho`). */
const QUIET: readonly string[] = ['add-mask', 'debug', 'notice', 'warning', 'error']

function setNamed(
  values: Record<string, string>,
  properties: ReadonlyMap<string, string>,
  value: string
): void {
  const name = properties.get('name')
  if (!name) throw new Error("Required field 'name' is missing.")
  values[name] = value
}

function echoValue(data: string): boolean {
  const value = data.trim().toLowerCase()
  if (value === 'on' || value === 'off') return value === 'on'
  throw new Error(`Invalid echo command value. Possible values can be: 'on', 'off'.`)
}
