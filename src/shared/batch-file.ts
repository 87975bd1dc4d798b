import { win32 } from 'node:path'
import type { Environment } from './environment.ts'

/** What is given to the system to start a program. */
export interface Command {
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
