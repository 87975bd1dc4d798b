import { COMMANDS } from './commands.ts'
import { bashScript } from './completion-bash.ts'
import { fishScript } from './completion-fish.ts'
import type { CompletedCommand, CompletedFlag } from './completion-table.ts'
import { zshScript } from './completion-zsh.ts'
import { type Command, type Flag, flagsOf } from './flags.ts'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

/** Shells that there is a script for. */
export const SHELLS: readonly string[] = Object.keys(SCRIPTS)

/** The script that completes commands, flags and their values in a shell; undefined for a shell that is not known. */
export function completionScript(shell: string): string | undefined {
  return isShell(shell) ? SCRIPTS[shell](commandTable()) : undefined
}

function isShell(text: string): text is keyof typeof SCRIPTS {
  return SHELLS.includes(text)
}

/** What follows the commands that take no inputs as flags. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  completion: SHELLS,
  help: COMMANDS.map(([name]) => name).filter((name) => name !== 'help')
}
const WITH_FILES: readonly string[] = ['publish', 'package', 'inspect']

function commandTable(): readonly CompletedCommand[] {
  return COMMANDS.map(([name, help]) => {
    const flags = isCommand(name) ? flagsOf(name).map(completedFlag) : []
    const takes = WITH_FILES.includes(name) ? 'files' : (ARGUMENTS[name] ?? [])
    return { name, help, flags, takes }
  })
}

function isCommand(name: string): name is Command {
  return !['completion', 'help', 'version'].includes(name)
}

function completedFlag({ name, help, value, instead, choices, isList }: Flag): CompletedFlag {
  const isSwitch = value === undefined
  const takes = takenBy(value ?? instead, choices)
  return { name, help, isSwitch, isRepeated: isList === true, takes }
}

function takenBy(
  value: string | undefined,
  choices: readonly string[] | undefined
): CompletedFlag['takes'] {
  if (choices) return choices
  if (value === undefined) return 'nothing'
  if (value.startsWith('FILE')) return 'files'
  return value === 'FOLDER' ? 'folders' : 'text'
}
