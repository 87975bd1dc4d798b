import { nearest } from './suggest.ts'

/** Every command, with what it does in a few words. */
export const COMMANDS = [
  ['publish', 'package charts and publish them to registries'],
  ['package', 'package and validate charts'],
  ['inspect', 'check whether Helm could use archives and charts in registries'],
  ['list', 'list the versions of a published chart'],
  ['verify', 'verify the signatures of published charts'],
  ['completion', 'print a completion script for a shell'],
  ['version', 'print the version'],
  ['help', 'print help for a command']
] as const

const NAMES: readonly string[] = COMMANDS.map(([name]) => name)

/** `Did you mean …?` for a command that does not exist; empty where nothing is near. */
export function commandHint(command: string): string {
  const name = nearest(command, NAMES)
  return name === undefined ? '' : `Did you mean \`${name}\`? `
}
