import type { Face, FlagSpec, InputSpec } from '../inputs/table/spec.ts'
import { INPUT_NAMES, type InputName, specOf } from '../inputs/table/table.ts'
import type { InputNaming } from '../shared/input-name.ts'
import { COLOUR_CHOICES } from './message-style.ts'

/** A flag of a command. `value` names what follows it; without one it is a switch. */
export interface Flag {
  readonly name: string
  /** Under which title the help has it. */
  readonly group: InputSpec['group'] | 'Output'
  readonly value?: string | undefined
  /** Whether it may be repeated. */
  readonly isList?: boolean
  /** What a switch may have behind `=` in place of true and false. */
  readonly instead?: string | undefined
  /** The only values that it takes, where they are known. */
  readonly choices?: readonly string[] | undefined
  readonly help: string
}

/** The commands that take inputs as flags. */
export type Command = Exclude<Face, 'action'>

/** The flags of a command in the order of the help text: those of its inputs, then those that have no input. */
export function flagsOf(command: Command): readonly Flag[] {
  const isPackaging = command === 'publish' || command === 'package'
  return [
    ...INPUT_NAMES.flatMap((name) => inputFlags(name, command)),
    { group: 'Output', name: 'json', help: 'print the result as one JSON object' },
    ...(isPackaging ? [DOTENV_FILE] : []),
    { group: 'Output', name: 'quiet', help: 'log warnings and errors only' },
    { group: 'Output', name: 'debug', help: 'log every request' },
    COLOR
  ]
}

const COLOR: Flag = {
  group: 'Output',
  name: 'color',
  instead: 'WHEN',
  choices: COLOUR_CHOICES,
  help: 'colours in messages: always (the flag without a value), never, or auto (default): on a terminal, unless NO_COLOR is set'
}

const DOTENV_FILE: Flag = {
  group: 'Output',
  name: 'dotenv-file',
  value: 'FILE',
  help: 'write the results to a file, as variables for a GitLab dotenv report: CHART_DIGEST, CHART_REF …; for several charts CHART_1_DIGEST …'
}

const LISTS: readonly InputSpec['kind'][] = ['lines', 'list', 'comma-list', 'host-switch']

function inputFlags(name: InputName, command: Command): readonly Flag[] {
  const spec = specOf(name)
  const { flag, group, knownTo, kind } = spec
  if (!flag || !knownTo.includes(command)) return []
  const { value, instead, standardInput } = flag
  const special = flag.helpOf?.[command]
  const own: Flag = {
    ...{ name: flag.name ?? name, group, value, instead },
    help: special ?? flag.help,
    choices: spec.kind === 'choice' ? spec.choices : undefined,
    isList: LISTS.includes(kind)
  }
  return standardInput
    ? [{ group, ...standardInput, help: special ?? standardInput.help }, own]
    : [own]
}

/** The flag of an input, as it is written: `--if-exists`; for a secret that which names its file. */
export function flagNameOf(name: InputName): string {
  return `--${flagOf(name)?.name ?? name}`
}

function flagOf(name: InputName): FlagSpec | undefined {
  return specOf(name).flag
}

/** The environment variable of an input; undefined for one that has none. */
export function variableOf(name: InputName): string | undefined {
  if (!specOf(name).hasVariable) return undefined
  return `PUBLISH_HELM_CHART_${name.toUpperCase().replaceAll('-', '_')}`
}

/** What the environment has for an input: under its own name, else under that which another tool reads. */
export function inEnvironment(
  name: InputName,
  environment: NodeJS.ProcessEnv
): { readonly variable: string; readonly value: string } | undefined {
  const variables = [variableOf(name), specOf(name).otherVariable]
  for (const variable of variables) {
    const value = variable === undefined ? undefined : environment[variable]
    if (variable !== undefined && value !== undefined) return { variable, value }
  }
  return undefined
}

/** Where the command takes a secret from, as a user writes it. */
export function sourcesOf(name: InputName): readonly string[] {
  const standardInput = flagOf(name)?.standardInput
  const variable = variableOf(name)
  return [
    ...(standardInput ? [`--${standardInput.name}`] : []),
    flagNameOf(name),
    ...(variable === undefined ? [] : [variable])
  ]
}

/** Commands that name what they go to by themselves, in place of `registry`. */
const REFERENCE_COMMANDS = ['inspect', 'list', 'verify']

/**
 * Names inputs in messages of a command: --if-exists, --if-exists skip, --require-genuine=false, CHART. One that came from
 * elsewhere than its flag is named by `sources`.
 */
export function inputNamingOf(
  command: string | undefined,
  sources: ReadonlyMap<InputName, string> = new Map()
): InputNaming {
  return (name, value) => {
    if (name === 'chart') return value ?? 'CHART'
    if (name === 'registry' && REFERENCE_COMMANDS.includes(command ?? '')) return 'the reference'
    const known = INPUT_NAMES.find((other) => other === name)
    if (!known) return `--${name}`
    return sources.get(known) ?? flagText(known, value)
  }
}

/** Where inputs came from that did not come from their own flags: standard input or variables. */
export function otherSources(
  flags: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv
): ReadonlyMap<InputName, string> {
  const entries = INPUT_NAMES.flatMap((name) => {
    if (flags.has(flagNameOf(name).slice(2))) return []
    const standardInput = flagOf(name)?.standardInput?.name
    if (standardInput !== undefined && flags.get(standardInput) === 'true') {
      return [[name, `--${standardInput}`] as const]
    }
    const found = inEnvironment(name, environment)
    return found ? [[name, found.variable] as const] : []
  })
  return new Map(entries)
}

function flagText(name: InputName, value: string | undefined): string {
  const isSwitch = specOf(name).flag?.value === undefined
  const flag = flagNameOf(name)
  if (value === undefined || (isSwitch && value === 'true')) return flag
  return `${flag}${isSwitch ? '=' : ' '}${value}`
}
