import { isAbsolute, join } from 'node:path'
import type { CommandContext } from '../../shared/command-context.ts'
import { codeOf, Failure } from '../../shared/failure.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { readInputFile } from '../../shared/input-file.ts'
import { input } from '../../shared/input-name.ts'
import { textOf, withoutByteOrderMark } from '../../shared/secret-text.ts'
import { type DockerConfig, parseDockerConfig } from './docker-config.ts'

/** Where a user's files are. */
export interface Home {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Undefined for a user without a home. */
  readonly folder: string | undefined
  readonly platform: NodeJS.Platform
  /** The user's number, where users have one. */
  readonly userId: number | undefined
}

/** The home of whoever runs this process. */
export function homeOf({ environment, homeFolder }: UserContext): Home {
  const userId = process.getuid?.()
  return { environment, folder: homeFolder, platform: process.platform, userId }
}

type UserContext = Pick<CommandContext, 'environment' | 'homeFolder'>

/** A place that may hold logins: a file, or a variable with the content of one. */
type ConfigPlace =
  /** `namedBy` is the setting that names a file which has to be there. */
  | { readonly kind: 'file'; readonly path: string; readonly namedBy: string | undefined }
  | { readonly kind: 'variable'; readonly name: string; readonly text: string }

/** What `registry-config` is where no login of the machine is wanted. */
export const NONE = 'none'
const VARIABLE = 'DOCKER_AUTH_CONFIG'

/**
 * All places to search, in their order: only the file named by `registry-config` (nothing for `none`), else only
 * the one of REGISTRY_AUTH_FILE, else Helm's, DOCKER_AUTH_CONFIG, Docker's, Podman's.
 */
export function configPlaces(given: string | undefined, home: Home): readonly ConfigPlace[] {
  if (given === NONE) return []
  if (given !== undefined) return [{ kind: 'file', path: given, namedBy: input('registry-config') }]
  const { environment } = home
  const exclusive = environment['REGISTRY_AUTH_FILE']
  if (exclusive) return [fileAt(exclusive)]
  return [
    ...filesAt([helmFile(home)]),
    ...variablePlaces(environment[VARIABLE]?.trim()),
    ...filesAt([dockerFile(home), ...podmanFiles(home)])
  ]
}

/** Reads a place; undefined where there is nothing. @throws Failure usage, when it cannot be read or parsed */
export async function readPlace(
  place: ConfigPlace,
  signal: AbortSignal
): Promise<DockerConfig | undefined> {
  if (place.kind === 'variable') return parseDockerConfig(place.text, place.name)
  const { path, namedBy } = place
  const bytes = await readInputFile(path, { signal }).catch((error: unknown) => {
    signal.throwIfAborted()
    const code = codeOf(error) ?? ''
    if (namedBy === undefined && ['ENOENT', 'ENOTDIR'].includes(code)) return undefined
    const message = `The file with logins${shownPath(path)} cannot be read: ${fileFault(error)}.`
    const fix = namedBy === undefined ? 'Make it readable.' : `Check the path in ${namedBy}.`
    throw new Failure('usage', { message, fix }, error)
  })
  return bytes && parseDockerConfig(withoutByteOrderMark(textOf(bytes)), path)
}

/** The content of a file that stands where its path should has logins in it. */
function shownPath(path: string): string {
  return /[{"\n]/.test(path) ? '' : ` ${path}`
}

/** GitLab keeps a variable of the type "file" in a file, and puts the path of it into the environment. */
function variablePlaces(text: string | undefined): readonly ConfigPlace[] {
  if (!text) return []
  if (isAbsolute(text)) return [{ kind: 'file', path: text, namedBy: VARIABLE }]
  return [{ kind: 'variable', name: VARIABLE, text }]
}

function fileAt(path: string): ConfigPlace {
  return { kind: 'file', path, namedBy: undefined }
}

/** Without those that would be in a home that the user does not have. */
function filesAt(paths: readonly (string | undefined)[]): readonly ConfigPlace[] {
  return paths.filter((path) => path !== undefined).map(fileAt)
}

function below(folder: string | undefined, ...parts: readonly string[]): string | undefined {
  return folder === undefined ? undefined : join(folder, ...parts)
}

function dockerFile({ environment, folder }: Home): string | undefined {
  return below(environment['DOCKER_CONFIG'] || below(folder, '.docker'), 'config.json')
}

function helmFile(home: Home): string | undefined {
  return home.environment['HELM_REGISTRY_CONFIG'] || helmSettings(home, 'registry', 'config.json')
}

/** A file among the settings of Helm (helm, pkg/helmpath); undefined for a user without a place for them. */
export function helmSettings(
  { environment, folder, platform }: Home,
  ...parts: readonly string[]
): string | undefined {
  const base = environment['HELM_CONFIG_HOME']
  if (base) return join(base, ...parts)
  const settings = environment['XDG_CONFIG_HOME'] || settingsFolder(environment, folder, platform)
  return below(settings, 'helm', ...parts)
}

function settingsFolder(
  environment: Home['environment'],
  folder: string | undefined,
  platform: NodeJS.Platform
): string | undefined {
  if (platform === 'darwin') return below(folder, 'Library', 'Preferences')
  if (platform === 'win32') return environment['APPDATA'] || below(folder, 'AppData', 'Roaming')
  return below(folder, '.config')
}

/** containers-auth.json(5): the file of the session, then the one that stays. */
function podmanFiles({
  environment,
  folder,
  platform,
  userId
}: Home): readonly (string | undefined)[] {
  const settings = environment['XDG_CONFIG_HOME'] || below(folder, '.config')
  const stays = below(settings, 'containers', 'auth.json')
  if (platform !== 'linux') return [stays]
  const runtime = environment['XDG_RUNTIME_DIR']
  if (runtime) return [join(runtime, 'containers', 'auth.json'), stays]
  return userId === undefined
    ? [stays]
    : [join('/run', 'containers', String(userId), 'auth.json'), stays]
}
