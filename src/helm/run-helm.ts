import { codeOf, Failure } from '../shared/failure.ts'
import {
  ProcessError,
  type ProcessOptions,
  type ProcessResult,
  runProcess
} from '../shared/process.ts'

/**
 * Runs helm, or what is said to be helm.
 * @throws Failure helm, when it cannot be started or does not end; the signal's reason on abort
 */
export async function runHelm(
  path: string,
  args: readonly string[],
  options: ProcessOptions
): Promise<ProcessResult> {
  return runProcess(path, args, options).catch((error: unknown) => {
    if (!(error instanceof ProcessError)) throw error
    const command = [path, ...args.slice(0, 1)].join(' ')
    const isOutOfFiles = ['EMFILE', 'ENFILE'].includes(codeOf(error.cause) ?? '')
    const fix = isOutOfFiles
      ? 'Raise the limit of open files, as with `ulimit -n 1024`.'
      : `Run \`${command}\` by hand to see what is wrong with it, or set \`helm-version\`.`
    throw new Failure('helm', { message: `\`${command}\` ${error.message}.`, fix }, error.cause)
  })
}
