import { GROUPS } from '../inputs/table/spec.ts'
import { INPUT_NAMES, specOf } from '../inputs/table/table.ts'
import { entryLines, HELP_WIDTH, wrap } from './columns.ts'
import { COMMANDS } from './commands.ts'
import { type Command, flagNameOf, flagsOf, variableOf } from './flags.ts'
import {
  COMMAND_HELP,
  COMPLETION_HELP,
  type CommandHelp,
  EXIT_CODE_MEANINGS
} from './help-texts.ts'

const MACHINE_LOGINS =
  'Without a login from either, the logins of helm, oras, docker and podman are used.'

/** The help text of a command, or the general one; undefined for a command that does not exist. */
export function helpText(command: string | undefined): string | undefined {
  if (command === undefined || command === 'version' || command === 'help') return generalHelp()
  if (command === 'completion') return COMPLETION_HELP
  const help = COMMAND_HELP.find(({ name }) => name === command)
  return help && commandHelp(help)
}

function generalHelp(): string {
  const about =
    'Publishes a Helm chart to an OCI registry: packages it with helm, validates the archive, pushes it, reads it back, and prints its digest.'
  return textOf([
    wrap(about, HELP_WIDTH),
    section('Usage', [
      ...COMMAND_HELP.map(usageLine),
      '  publish-helm-chart completion bash|zsh|fish'
    ]),
    section('Commands', entries(COMMANDS)),
    section('Exit codes', entries(EXIT_CODE_MEANINGS)),
    ['`publish-helm-chart help COMMAND` shows the flags of a command, and examples.']
  ])
}

function usageLine({ name, usage }: Pick<CommandHelp, 'name' | 'usage'>): string {
  return `  publish-helm-chart ${name} ${usage}`
}

function commandHelp({ name, about, usage, argument, more, examples }: CommandHelp): string {
  return textOf([
    ...about.map((paragraph) => wrap(paragraph, HELP_WIDTH)),
    section('Usage', [usageLine({ name, usage })]),
    ...(argument === undefined ? [] : [wrap(argument, HELP_WIDTH)]),
    section('Examples', examples.flatMap(exampleLines)),
    ...flagSections(name),
    ...more.map((part) => {
      if (typeof part === 'string') return wrap(part, HELP_WIDTH)
      return section(part.title, entries(part.entries))
    }),
    section('Environment variables, used if the flag is not given', variableLines(name)),
    wrap(MACHINE_LOGINS, HELP_WIDTH)
  ])
}

/** Blocks of lines with an empty line between them. */
function textOf(blocks: readonly (readonly string[])[]): string {
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return [`${title}:`, ...lines]
}

function entries(pairs: readonly (readonly [string, string])[]): readonly string[] {
  return pairs.flatMap(([name, meaning]) => entryLines(name, meaning))
}

function exampleLines(example: string): readonly string[] {
  return example.split('\n').map((line) => `  ${line}`)
}

/** The flags in the groups of the README, those of the command alone last. */
function flagSections(command: Command): readonly (readonly string[])[] {
  const flags = flagsOf(command)
  return [...GROUPS, 'Output' as const].flatMap((group) => {
    const lines = flags
      .filter((flag) => flag.group === group)
      .flatMap(({ name, value, instead, help }) => {
        const usage = [`--${name}${instead === undefined ? '' : `[=${instead}]`}`, value]
        return entryLines(usage.join(' ').trimEnd(), help)
      })
    return lines.length === 0 ? [] : [section(group, lines)]
  })
}

/** Where what a variable is for begins: behind the longest name. */
const VARIABLE_COLUMN = 44

/** Flags beat variables; without a login of either, those of the machine are used. */
function variableLines(command: Command): readonly string[] {
  const line = (name: string, meaning: string) => entryLines(name, meaning, VARIABLE_COLUMN)
  const lines = INPUT_NAMES.flatMap((name) => {
    const variable = variableOf(name)
    const isKnown = variable !== undefined && specOf(name).knownTo.includes(command)
    if (!isKnown) return []
    const other = specOf(name).otherVariable
    const more = other === undefined ? [] : line(other, `${flagNameOf(name)}, if neither is given`)
    return [...line(variable, flagNameOf(name)), ...more]
  })
  const isPackaging = command === 'publish' || command === 'package'
  return [
    ...lines,
    ...(isPackaging ? line('SOURCE_DATE_EPOCH', '--source-date-epoch') : []),
    ...line('HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'proxies')
  ]
}
