import { bool, type Decoder, fieldsOf, listOf, text } from '../chart/metadata/decode.ts'
import { DecodeError } from '../chart/metadata/untyped.ts'
import { YamlError } from '../chart/yaml/node.ts'
import { readYaml } from '../chart/yaml/read-yaml.ts'
import { type Home, helmSettings, homeOf, NONE } from '../oci/auth/config-files.ts'
import type { CommandContext } from '../shared/command-context.ts'
import { codeOf, Failure } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { readInputFile } from '../shared/input-file.ts'
import { type MachineRepository, machineRepository, type RepositoryEntry } from './machine-entry.ts'

type MachineContext = Pick<CommandContext, 'environment' | 'homeFolder' | 'secrets' | 'signal'>

/**
 * The repositories that `helm repo add` wrote on this machine, in the order of the file; none where there is no such
 * file, or where `registry-config` wants no login of the machine. Every password is masked.
 * @throws Failure usage, when the file cannot be read, or is not what Helm reads
 */
export async function readMachineRepositories(
  registryConfig: string | undefined,
  context: MachineContext
): Promise<readonly MachineRepository[]> {
  const file = registryConfig === NONE ? undefined : machineRepositoriesFile(homeOf(context))
  const bytes = file === undefined ? undefined : await readFile(file, context.signal)
  if (file === undefined || bytes === undefined) return []
  const entries = entriesIn(bytes, file)
  // A file may have empty entries (`-`), which are for no repository.
  const used = entries.filter(({ url }) => url !== '')
  return used.map((entry) => machineRepository(entry, file, context.secrets))
}

/**
 * Where Helm has its repositories (helm, pkg/cli/environment.go): HELM_REPOSITORY_CONFIG, else among its settings. An
 * empty variable names no file, as for Helm.
 */
export function machineRepositoriesFile(home: Home): string | undefined {
  const given = home.environment['HELM_REPOSITORY_CONFIG']
  if (given !== undefined) return given === '' ? undefined : given
  return helmSettings(home, 'repositories.yaml')
}

async function readFile(path: string, signal: AbortSignal): Promise<Buffer | undefined> {
  try {
    return await readInputFile(path, { signal })
  } catch (error) {
    signal.throwIfAborted()
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined
    throw unusable(path, fileFault(error), error)
  }
}

const FILE_FIELDS = ['repositories'] as const
const ENTRY_FIELDS = [
  ...(['name', 'url', 'username', 'password', 'certFile', 'keyFile', 'caFile'] as const),
  ...(['insecure_skip_tls_verify', 'pass_credentials_all'] as const)
]

const EMPTY: RepositoryEntry = {
  name: '',
  url: '',
  username: '',
  password: '',
  certFile: '',
  keyFile: '',
  caFile: '',
  skipsVerification: false,
  passesCredentialsAll: false
}

/** As Helm decodes an entry (helm, pkg/repo/v1/chartrepo.go, Entry). */
const entry: Decoder<RepositoryEntry> = (value, path, was) => {
  const field = fieldsOf<(typeof ENTRY_FIELDS)[number]>(value, path, ENTRY_FIELDS)
  return {
    name: field('name', text, was.name),
    url: field('url', text, was.url),
    username: field('username', text, was.username),
    password: field('password', text, was.password),
    certFile: field('certFile', text, was.certFile),
    keyFile: field('keyFile', text, was.keyFile),
    caFile: field('caFile', text, was.caFile),
    skipsVerification: field('insecure_skip_tls_verify', bool, was.skipsVerification),
    passesCredentialsAll: field('pass_credentials_all', bool, was.passesCredentialsAll)
  }
}

function entriesIn(bytes: Buffer, file: string): readonly RepositoryEntry[] {
  try {
    const field = fieldsOf<(typeof FILE_FIELDS)[number]>(readYaml(bytes), 'File', FILE_FIELDS)
    return field('repositories', listOf(entry, EMPTY), [])
  } catch (error) {
    throw unusable(file, faultOf(error))
  } finally {
    bytes.fill(0)
  }
}

/** Why the file cannot be used, without any part of it: what is broken may be a password. */
function faultOf(error: unknown): string {
  if (error instanceof YamlError) {
    return error.line === undefined ? 'it is not YAML' : `line ${error.line} is not YAML`
  }
  if (!(error instanceof DecodeError)) throw error
  const [, index, name] = /^File\.repositories\[(\d+)\](?:\.(\w+))?/.exec(error.path) ?? []
  if (index === undefined) return 'it is not a list of repositories'
  const known = ENTRY_FIELDS.find((field) => field === name)
  const place = known === undefined ? '' : `, \`${known}\``
  return `entry ${Number(index) + 1}${place} has a value of the wrong type`
}

function unusable(file: string, why: string, cause?: unknown): Failure {
  const message = `The repositories of helm in ${file} cannot be read: ${why}.`
  const fix = 'Correct the file, or set HELM_REPOSITORY_CONFIG to another file.'
  return new Failure('usage', { message, fix }, cause)
}
