import { looksRandom } from '../../shared/random-text.ts'
import type { Detector, Leak, Marker } from './leak.ts'
import { isPlaceholder, mayBeSecret } from './placeholder.ts'

/** A file of Docker names a few registries; what lies farther from `auths` is something else. */
const LONGEST_AUTHS_BYTES = 16 * 1024
const QUOTE = `["'\\\\]*`
const AUTH = new RegExp(`auth${QUOTE}\\s*:\\s*${QUOTE}([A-Za-z0-9+/]{8,}={0,2})`, 'g')
const TOKEN = new RegExp(
  `(?:identitytoken|registrytoken|password)${QUOTE}\\s*:\\s*${QUOTE}([^\\s"'\\\\,}]+)`,
  'g'
)

/** Logins of registries, as Docker, Podman and Helm keep them, also as a text in JSON or YAML. */
const detectAuths: Detector = (file, at) => {
  const text = file.toString('latin1', at, at + LONGEST_AUTHS_BYTES)
  const pairs = [...text.matchAll(AUTH)].map(([, pair = '']) => {
    const decoded = Buffer.from(pair, 'base64').toString('utf8')
    return decoded.includes(':') ? decoded.slice(decoded.indexOf(':') + 1) : ''
  })
  const tokens = [...text.matchAll(TOKEN)].map(([, token = '']) => token)
  const isLogin = [...pairs, ...tokens].some(mayBeSecret)
  return isLogin ? { kind: 'login', what: 'registry login' } : undefined
}

const detectAwsKey: Detector = (file, at) => {
  const text = file.toString('latin1', at, at + 100)
  const [, key = ''] =
    /^aws_secret_access_key\W{1,10}([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/i.exec(text) ?? []
  return looksRandom(key) && !isPlaceholder(key) ? { kind: 'login', what: 'AWS key' } : undefined
}

/** `//registry.npmjs.org/:_authToken=…` */
const detectNpmLogin: Detector = (file, at) => {
  const text = file.toString('latin1', at, at + 512)
  const [, value = ''] = /^:_(?:authToken|auth|password)\s*=\s*["']?([^\s"']+)/.exec(text) ?? []
  return mayBeSecret(value) ? { kind: 'login', what: 'npm login' } : undefined
}

/** A token in a kubeconfig; a key in one is found as the key that it is. */
const detectKubeconfigToken: Detector = (file, at) => {
  const start = Math.max(0, at - LONGEST_KUBECONFIG_BYTES)
  const text = file.toString('latin1', start, at + LONGEST_KUBECONFIG_BYTES)
  if (!/^users:/m.test(text)) return undefined
  const tokens = [...text.matchAll(/^\s*(?:-\s*)?(?:token|password):\s*["']?([^\s"']{16,})/gm)]
  const isLogin = tokens.some(([, token = '']) => mayBeSecret(token))
  return isLogin ? { kind: 'login', what: 'kubeconfig with a login' } : undefined
}

const LONGEST_KUBECONFIG_BYTES = 64 * 1024

export const LOGIN_MARKERS: readonly Marker[] = [
  { text: 'auths', detect: detectAuths },
  { text: 'aws_secret_access_key', detect: detectAwsKey },
  { text: 'AWS_SECRET_ACCESS_KEY', detect: detectAwsKey },
  { text: ':_auth', detect: detectNpmLogin },
  { text: ':_password', detect: detectNpmLogin },
  { text: 'current-context', detect: detectKubeconfigToken }
]

interface LoginFile {
  readonly path: RegExp
  /** With what is secret in brackets. Undefined: the file as such. */
  readonly line?: RegExp
  readonly what: string
}

/** Files that programs keep logins in, by their names. */
const LOGIN_FILES: readonly LoginFile[] = [
  { path: /(?:^|\/)gha-creds-[^/]*\.json$/i, what: 'credentials of a GitHub job' },
  {
    path: /(?:^|\/)[._]netrc$/i,
    line: /\bpassword\s+(\S+)/g,
    what: 'login in .netrc'
  },
  {
    path: /(?:^|\/)(?:\.git-credentials|\.git\/config|\.config\/git\/credentials)$/i,
    line: /https?:\/\/[^\s:/@]*:([^\s/@]+)@/g,
    what: 'login of git'
  },
  {
    path: /(?:^|\/)\.?npmrc$/i,
    line: /^[ \t]*_(?:authToken|auth|password)\s*=\s*["']?([^\s"']+)/gm,
    what: 'npm login'
  },
  {
    path: /(?:^|\/)\.yarnrc\.yml$/i,
    line: /npmAuth(?:Token|Ident):\s*["']?([^\s"']+)/g,
    what: 'npm login'
  },
  { path: /(?:^|\/)\.pypirc$/i, line: /^[ \t]*password\s*[:=]\s*(\S+)/gm, what: 'PyPI login' },
  {
    path: /(?:^|\/)\.my\.cnf$/i,
    line: /^[ \t]*password\s*=\s*["']?([^\s"']+)/gm,
    what: 'MySQL login'
  },
  { path: /(?:^|\/)\.pgpass$/i, line: /^(?:[^:\n]*:){4}(\S+)/gm, what: 'PostgreSQL login' },
  {
    path: /(?:^|\/)repositories\.ya?ml$/i,
    line: /^[ \t]*(?:-\s*)?password:\s*["']?([^\s"']+)/gm,
    what: 'login of a chart repository'
  },
  {
    path: /(?:^|\/)(?:\.env(?:\.(?!example|sample|template|dist|defaults?)[^/]*)?|[^/]+\.env)$/i,
    line: /^[ \t]*(?:export\s+)?[A-Za-z0-9_]*(?:TOKEN|SECRET|PASSWORD|PASSWD|PRIVATE_KEY|API_?KEY|ACCESS_KEY)\s*=\s*["']?([^\s"'#]+)/gim,
    what: 'secret in an .env file'
  }
]

/** Of Docker before 1.7: as config.json, without `auths`. */
const OLD_DOCKER_FILE = /(?:^|\/)\.dockercfg$/i
/** Programs keep little in such files; a larger one is something else. */
const LARGEST_LOGIN_FILE_BYTES = 1024 * 1024

/** The first login in a file that has the name of one. */
export function detectLoginFile(path: string, file: Buffer): Leak | undefined {
  if (OLD_DOCKER_FILE.test(path)) return withPlace(detectAuths(file, 0), 0)
  const kind = LOGIN_FILES.find(({ path: pattern }) => pattern.test(path))
  if (!kind || file.length > LARGEST_LOGIN_FILE_BYTES) return undefined
  const { line, what } = kind
  if (!line) return { kind: 'login', what, at: 0 }
  const found = [...file.toString('latin1').matchAll(line)].find(([, value = '']) => {
    return mayBeSecret(value)
  })
  return found && { kind: 'login', what, at: found.index }
}

function withPlace(leak: Omit<Leak, 'at'> | undefined, at: number): Leak | undefined {
  return leak && { ...leak, at }
}
