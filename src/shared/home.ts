import { homedir } from 'node:os'
import { isAbsolute } from 'node:path'

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
