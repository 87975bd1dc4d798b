import { homedir } from 'node:os'
import { isAbsolute } from 'node:path'

/** Variables of a process; those that are not set are undefined. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The variables that `isAllowed` names: what a child may see is listed, so that no secret can be among it. */
export function allowedPart(
  environment: Environment,
  isAllowed: (name: string) => boolean
): Readonly<Record<string, string>> {
  const passed = Object.entries(environment).flatMap(([name, value]) => {
    return value !== undefined && isAllowed(name) ? [[name, value] as const] : []
  })
  return Object.fromEntries(passed)
}

/** Whether a variable is one of `names`. Windows knows each in any case, and calls PATH `Path`. */
export function isOneOf(
  name: string,
  names: readonly string[],
  platform: NodeJS.Platform = process.platform
): boolean {
  if (platform !== 'win32') return names.includes(name)
  return names.some((known) => known.toUpperCase() === name.toUpperCase())
}

/** What a program needs to start, and to find its files; the last ones on Windows. */
export const BASIC_VARIABLES: readonly string[] = [
  ...['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR'],
  ...['PATHEXT', 'SystemRoot', 'TEMP', 'TMP', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA']
]

/**
 * The home folder of the user; undefined when HOME is not set and the system does not know the user, as in containers
 * that run under any number. A relative one would be a folder of the working directory, which anybody may have filled.
 */
export function homeFolder(): string | undefined {
  try {
    const folder = homedir()
    return isAbsolute(folder) ? folder : undefined
  } catch {
    return undefined
  }
}
