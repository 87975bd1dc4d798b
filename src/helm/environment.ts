import { join } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

// What a program needs to start, find its files and read names and times as the user's shell would.
const PASSED_ON = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  // Windows
  'PATHEXT',
  'SystemRoot',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA'
]

/** The part of `environment` that children may see: an allow-list, so no secret can be in it. */
export function childEnvironment(environment: Environment): Readonly<Record<string, string>> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = environment[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(passed)
}

/**
 * The environment of a helm call: the allow-list, Helm's own folders inside `folder`, no plugins,
 * no logins of the user.
 */
export function helmEnvironment(
  environment: Environment,
  folder: string
): Readonly<Record<string, string>> {
  return {
    ...childEnvironment(environment),
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
