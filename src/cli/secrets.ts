import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { registerSecrets, type SecretInputs } from '../inputs/secret-inputs.ts'
import { SECRET_NAMES, type SecretName, specOf } from '../inputs/table/table.ts'
import { keyText } from '../pgp/key-file.ts'
import { Failure } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { readInputFile, readStandardInput } from '../shared/input-file.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { textOf } from '../shared/secret-text.ts'
import { flagNameOf, inEnvironment, sourcesOf, variableOf } from './flags.ts'
import { withGitLabLogin } from './gitlab-login.ts'

type Flags = ReadonlyMap<string, string>

/** What was read of the secrets. */
export interface ReadSecrets {
  readonly inputs: SecretInputs
  /** The user whose password is given nowhere. */
  readonly userWithoutPassword: string | undefined
}

/**
 * The secrets from standard input, files and the environment, which they leave; a flag beats the
 * environment. None is ever an argument. Without any login, that which GitLab gives its jobs serves its registry.
 * @throws Failure usage, when a secret has several sources, or one cannot be read
 */
export async function readSecrets(
  flags: Flags,
  secrets: SecretRegistry,
  signal: AbortSignal
): Promise<ReadSecrets> {
  const variables = new Map(SECRET_NAMES.map((name) => [name, take(name, flags)]))
  const texts = new Map<SecretName, string | undefined>()
  for (const name of SECRET_NAMES) {
    texts.set(name, await readSecret({ name, flags, variable: variables.get(name) }, signal))
  }
  const username = flags.get('username') ?? inEnvironment('username', process.env)?.value
  const isMissing = username && texts.get('password') === undefined && !texts.get('identity-token')
  const kept = await registerSecrets(Object.fromEntries(texts), secrets, signal)
  return {
    inputs: withGitLabLogin(kept, { flags, environment: process.env }, secrets),
    userWithoutPassword: isMissing ? username : undefined
  }
}

interface Sources {
  readonly name: SecretName
  readonly flags: Flags
  /** What the environment has. */
  readonly variable: string | undefined
}

async function readSecret(
  { name, flags, variable }: Sources,
  signal: AbortSignal
): Promise<string | undefined> {
  const flag = flagNameOf(name)
  const path = flags.get(flag.slice(2))
  const standardInput = specOf(name).flag?.standardInput?.name
  if (standardInput !== undefined && flags.get(standardInput) === 'true') {
    if (path !== undefined || variable) throw ambiguous(name, path === undefined)
    return readText(readStandardInput({ signal }), `--${standardInput}`)
  }
  if (path === undefined) return variable
  if (specOf(name).kind === 'secret-pem') return requirePath(path, flag)
  return readText(readInputFile(path, { signal }), flag, specOf(name).isBinary)
}

/** A key is given as a path; an argument that is the key itself can be seen by others. */
function requirePath(path: string, flag: string): string {
  if (!path.includes('-----BEGIN ')) return path
  const message = `${flag} contains the key itself, and every user of the machine can see arguments.`
  throw new Failure('usage', { message, fix: 'Give the path of a file with the key.' })
}

/** @throws Failure usage, when the variable holds the path of a file: it would be sent in place of the secret */
function take(name: SecretName, flags: Flags): string | undefined {
  const { otherVariable, otherVariableWith } = specOf(name)
  const found = inEnvironment(name, process.env)
  for (const known of [variableOf(name), otherVariable]) {
    if (known !== undefined) delete process.env[known]
  }
  const isOthers = found !== undefined && found.variable === otherVariable
  if (isOthers && otherVariableWith !== undefined && !flags.has(otherVariableWith)) return undefined
  if (!found || !isAbsolute(found.value)) return found?.value
  const { variable, value } = found
  if (!statSync(value, { throwIfNoEntry: false })?.isFile()) return value
  const message = `${variable} contains the path of a file, like GitLab variables of the type "file".`
  const fix =
    'Give that file with the flag for it (such as --password-file), or change the type of the variable.'
  throw new Failure('usage', { message, fix })
}

/** The content of a source as text; what was read of it is overwritten. */
async function readText(source: Promise<Buffer>, flag: string, isBinary = false): Promise<string> {
  const bytes = await source.catch((error: unknown) => {
    if (error instanceof Failure) throw error
    const message = `${flag} cannot be read: ${fileFault(error)}.`
    throw new Failure('usage', { message, fix: 'Use a file that can be read.' }, error)
  })
  return isBinary ? keyText(bytes) : textOf(bytes)
}

function ambiguous(name: SecretName, isInEnvironment: boolean): Failure {
  const [standardInput, flag, variable] = sourcesOf(name)
  const other = isInEnvironment ? variable : flag
  const message = `The ${name} is given twice: by ${standardInput} and by ${other}.`
  return new Failure('usage', { message, fix: 'Give only one of them.' })
}
