import { join } from 'node:path'
import { allowedPart, BASIC_VARIABLES, type Environment, isOneOf } from '../shared/environment.ts'
import { codeOf, Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import {
  ProcessError,
  type ProcessOptions,
  type ProcessResult,
  runProcess
} from '../shared/run-process.ts'

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
      ? 'Raise the limit of open files, for example with `ulimit -n 1024`.'
      : `Run \`${command}\` by hand to see its error, or set ${input('helm-version')}.`
    throw new Failure('helm', { message: `\`${command}\` ${error.message}.`, fix }, error.cause)
  })
}

/** Names and times are read as the user's shell would. */
const PASSED_ON = [...BASIC_VARIABLES, 'LC_CTYPE', 'TZ']

/**
 * The environment of a helm call: the allow-list, Helm's own folders inside `folder`, no plugins,
 * no logins of the user.
 */
export function helmEnvironment(
  environment: Environment,
  folder: string
): Readonly<Record<string, string>> {
  return {
    ...allowedPart(environment, (name) => isOneOf(name, PASSED_ON)),
    HELM_CACHE_HOME: join(folder, 'cache'),
    HELM_CONFIG_HOME: join(folder, 'config'),
    HELM_DATA_HOME: join(folder, 'data'),
    HELM_PLUGINS: join(folder, 'plugins'),
    HELM_REGISTRY_CONFIG: join(folder, 'registry.json'),
    HELM_REPOSITORY_CONFIG: join(folder, 'repositories.yaml'),
    DOCKER_CONFIG: join(folder, 'docker'),
    HELM_NO_PLUGINS: '1'
  }
}
