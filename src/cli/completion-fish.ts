import {
  type CompletedCommand,
  type CompletedFlag,
  PROGRAM,
  type Taken
} from './completion-table.ts'

/** For fish 3 and newer. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const first = commands.map(({ name, help }) => {
    return `complete -c ${PROGRAM} -f -n __fish_use_subcommand -a ${name} -d ${quoted(help)}`
  })
  return [
    `# fish completion for ${PROGRAM}: ${PROGRAM} completion fish | source`,
    `complete -c ${PROGRAM} -e`,
    ...first,
    ...commands.flatMap(commandLines),
    ''
  ].join('\n')
}

function commandLines({ name, flags, takes }: CompletedCommand): readonly string[] {
  const line = (rest: string) => {
    return `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${name}' ${rest}`
  }
  const help = { name: 'help', help: 'print help', isSwitch: true, isRepeated: false } as const
  return [
    ...argumentsOf(takes).map(line),
    ...[...flags, { ...help, takes: 'nothing' as const }].map((flag) => line(flagOptions(flag)))
  ]
}

/** Without this, fish offers files everywhere. */
function argumentsOf(takes: CompletedCommand['takes']): readonly string[] {
  if (takes === 'files') return []
  return [takes.length === 0 ? '-f' : `-f -a ${quoted(takes.join(' '))}`]
}

function flagOptions({ name, help, isSwitch, takes }: CompletedFlag): string {
  const value = isSwitch ? '' : ` ${valueOptions(takes)}`
  return `-l ${name}${value} -d ${quoted(help)}`
}

/** `-r`: a value follows, a file unless said otherwise; `-x`: no file. */
function valueOptions(takes: Taken): string {
  if (takes === 'files') return '-r -F'
  if (takes === 'folders') return "-x -a '(__fish_complete_directories)'"
  return typeof takes === 'string' ? '-x' : `-x -a ${quoted(takes.join(' '))}`
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
