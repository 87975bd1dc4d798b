import { allowedPart, type Environment } from '../../shared/environment.ts'

/** What a program needs to start and to find its own files. */
const NAMES = [
  'PATH',
  'Path',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'DOCKER_CONFIG',
  'GNUPGHOME',
  'PASSWORD_STORE_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'KUBERNETES_SERVICE_HOST',
  'KUBERNETES_SERVICE_PORT',
  // Windows
  'PATHEXT',
  'SystemRoot',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA'
]

/** Settings of the clouds, by which docker-credential-ecr-login, -gcr, -gcloud and -acr-env log in. */
const PREFIXES = ['AWS_', 'GOOGLE_', 'CLOUDSDK_', 'GCE_METADATA_', 'AZURE_']

/**
 * Helpers that keep logins on this machine (docker/docker-credential-helpers, Docker Desktop). All others may have to
 * reach a service through the proxy, and could not without its login.
 */
const LOCAL_HELPERS = /^(?:desktop|osxkeychain|pass|secretservice|wincred)(?:\.exe)?$/
const PROXY_VARIABLE = /^(?:https?|no)_proxy$/i

/** What of `environment` is for the helper of that name: proxies, whose addresses may hold a login, if it needs them. */
export function environmentForHelper(suffix: string, environment: Environment): Environment {
  if (!LOCAL_HELPERS.test(suffix)) return environment
  return allowedPart(environment, (name) => !PROXY_VARIABLE.test(name))
}

/** The part of `environment` that a credential helper may see: neither inputs nor the runner's tokens. */
export function helperEnvironment(environment: Environment): Readonly<Record<string, string>> {
  return allowedPart(environment, (name) => {
    return NAMES.includes(name) || PREFIXES.some((prefix) => name.startsWith(prefix))
  })
}
