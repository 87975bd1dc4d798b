import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, posix, win32 } from 'node:path'
import type { Environment } from './environment.ts'

/** What Windows runs when PATHEXT is not set, as far as it is programs. */
const WINDOWS_ENDINGS = '.COM;.EXE;.BAT;.CMD'

/**
 * The path of a program on PATH; undefined when there is none. Only absolute folders are searched, since a program in
 * the working directory may come from anybody, and only for executable regular files (links to them count).
 * @param name without an ending; on Windows those of PATHEXT are tried in their order
 */
export async function findProgram(
  name: string,
  environment: Environment,
  platform: NodeJS.Platform = process.platform
): Promise<string | undefined> {
  const paths = platform === 'win32' ? win32 : posix
  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(paths.delimiter)
  const files = endings(environment, platform).map((ending) => `${name}${ending}`)
  for (const folder of folders.filter((folder) => paths.isAbsolute(folder))) {
    for (const file of files) {
      const path = paths.join(folder, file)
      if (await isProgram(path)) return path
    }
  }
  return undefined
}

function endings(environment: Environment, platform: NodeJS.Platform): readonly string[] {
  if (platform !== 'win32') return ['']
  const known = (environment['PATHEXT'] || WINDOWS_ENDINGS).split(';')
  // Others, such as .JS and .VBS, need another program to run them.
  return known.filter((ending) => /^\.(?:com|exe|bat|cmd)$/i.test(ending))
}

/** Removes the relative folders from PATH, for libraries that search it by themselves. */
export function dropRelativeFolders(environment: Record<string, string | undefined>): void {
  for (const name of ['PATH', 'Path']) {
    const folders = environment[name]?.split(delimiter)
    if (folders) environment[name] = folders.filter(isAbsolute).join(delimiter)
  }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** What is given to the system to start a program. */
interface Command {
  readonly file: string
  readonly args: readonly string[]
  /** Whether the arguments reach Windows exactly as they are written, without quotes added by Node. */
  readonly isVerbatim: boolean
}

const BATCH_FILE = /\.(?:bat|cmd)$/i
/** Characters that cmd.exe takes as they are between quotes; `%` and `!` name variables there too. */
const PLAIN = /^[\w .,:;=@+~()[\]{}\\/-]*$/

/**
 * How to start `file`. On Windows only cmd.exe can run batch files (such as docker-credential-gcloud.cmd), and it would
 * read arguments as commands: that is refused unless each of them, and the path, has plain characters only.
 * @throws Error when it is refused
 */
export function commandFor(
  file: string,
  args: readonly string[],
  environment: Environment,
  platform: NodeJS.Platform = process.platform
): Command {
  if (platform !== 'win32' || !BATCH_FILE.test(file)) return { file, args, isVerbatim: false }
  const words = [file, ...args]
  if (!words.every((word) => PLAIN.test(word))) {
    throw new Error('it is a batch file, and its path or an argument has special characters')
  }
  // By its path: Windows looks for a bare name in the working directory first.
  const shell = win32.join(environment['SystemRoot'] || 'C:\\Windows', 'System32', 'cmd.exe')
  const line = words.map((word) => `"${word}"`).join(' ')
  // /d: no AutoRun commands of the registry. /s: the outer quotes are removed, all others stay.
  return { file: shell, args: ['/d', '/s', '/c', `"${line}"`], isVerbatim: true }
}
