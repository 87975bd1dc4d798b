import { looksRandom } from '../../shared/random-text.ts'
import { type Detector, isPlaceholder, type Leak, type Marker, mayBeSecret } from './leak.ts'

/** A file of Docker names a few registries; what lies farther from `auths` is something else. */
const LONGEST_AUTHS_BYTES = 16 * 1024
const QUOTE = `["'\\\\]*`
const ESCAPED_LINE_END = /\\{1,16}[rn]/g
const AUTH = new RegExp(`auth${QUOTE}\\s*:\\s*${QUOTE}([A-Za-z0-9+/]{8,}={0,2})`, 'g')
const TOKEN = new RegExp(
  `(?:identitytoken|registrytoken|password)${QUOTE}\\s*:\\s*${QUOTE}([^\\s"'\\\\,}]+)`,
  'g'
)

/** Logins of registries, as Docker, Podman and Helm keep them, also as a text in JSON or YAML. */
const detectAuths: Detector = (file, at) => {
  const window = file.toString('latin1', at, at + LONGEST_AUTHS_BYTES)
  // Docker and Helm read base64 with ends of lines in it.
  const text = window.replace(ESCAPED_LINE_END, '')
  const pairs = [...text.matchAll(AUTH)].map(([, pair = '']) => {
    const decoded = Buffer.from(pair, 'base64').toString('utf8')
    return decoded.includes(':') ? decoded.slice(decoded.indexOf(':') + 1) : ''
  })
  const tokens = [...text.matchAll(TOKEN)].map(([, token = '']) => token)
  const isLogin = [...pairs, ...tokens].some(mayBeSecret)
  return isLogin ? { kind: 'login', what: 'registry login' } : undefined
}

/** The key of 40 characters, also in base64, as a value of its name or of a variable of that name. */
const AWS_KEY =
  /^(?:aws_secret_access_key|ecretAccessKey)\W{1,60}(?:value\W{1,10})?([A-Za-z0-9+/]{54}==|[A-Za-z0-9+/]{55}=|[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=]))/i

const detectAwsKey: Detector = (file, at) => {
  const [, value = ''] = AWS_KEY.exec(file.toString('latin1', at, at + 200)) ?? []
  const key = value.endsWith('=') ? Buffer.from(value, 'base64').toString('latin1') : value
  return looksRandom(key) && !isPlaceholder(key) ? { kind: 'login', what: 'AWS key' } : undefined
}

/** `//registry.npmjs.org/:_authToken=…` */
const detectNpmLogin: Detector = (file, at) => {
  const text = file.toString('latin1', at, at + 512)
  const [, value = ''] = /^:_(?:authToken|auth|password)\s*=\s*["']?([^\s"']+)/.exec(text) ?? []
  return mayBeSecret(value) ? { kind: 'login', what: 'npm login' } : undefined
}

const LONGEST_KUBECONFIG_BYTES = 64 * 1024
const USERS = new RegExp(`(?:^|[\\s"'{,]|\\\\[rn])users${QUOTE}\\s*:`)
const KUBE_TOKEN = new RegExp(
  `(?:token|password)${QUOTE}\\s*:\\s*${QUOTE}([^\\s"'\\\\,}]{16,})`,
  'g'
)

/** A token in a kubeconfig, in YAML or JSON, also within another file; a key in one is found as the key that it is. */
const detectKubeconfigToken: Detector = (file, at) => {
  const start = Math.max(0, at - LONGEST_KUBECONFIG_BYTES)
  const text = file.toString('latin1', start, at + LONGEST_KUBECONFIG_BYTES)
  if (!USERS.test(text)) return undefined
  const isLogin = [...text.matchAll(KUBE_TOKEN)].some(([, token = '']) => mayBeSecret(token))
  return isLogin ? { kind: 'login', what: 'kubeconfig with a login' } : undefined
}

export const LOGIN_MARKERS: readonly Marker[] = [
  { text: 'auths', detect: detectAuths },
  { text: 'aws_secret_access_key', detect: detectAwsKey },
  { text: 'AWS_SECRET_ACCESS_KEY', detect: detectAwsKey },
  { text: 'ecretAccessKey', detect: detectAwsKey },
  { text: ':_auth', detect: detectNpmLogin },
  { text: ':_password', detect: detectNpmLogin },
  { text: 'current-context', detect: detectKubeconfigToken }
]

/** Of those, what Secrets of Kubernetes keep as well, in base64. */
export const LOGINS_IN_BASE64 = ['"auths"', ':_authToken', 'current-context']

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
    path: /(?:^|\/)[._]?netrc$/i,
    line: /\bpassword\s+(\S+)/g,
    what: 'login in .netrc'
  },
  {
    path: /(?:^|\/)(?:\.git-credentials|\.gitconfig|\.gitmodules|\.git\/config|\.config\/git\/(?:credentials|config))$/i,
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
  {
    path: /(?:^|\/)pip\.(?:conf|ini)$/i,
    line: /https?:\/\/[^\s:/@]*:([^\s/@]+)@/g,
    what: 'login in pip.conf'
  },
  {
    path: /(?:^|\/)\.m2\/settings\.xml$/i,
    line: /<(?:password|passphrase)>([^<\s]+)</g,
    what: 'Maven login'
  },
  {
    path: /(?:^|\/)(?:\.terraformrc|credentials\.tfrc\.json)$/i,
    line: /\btoken"?\s*[:=]\s*"([^"\s]+)"/g,
    what: 'Terraform token'
  },
  { path: /(?:^|\/)\.pypirc$/i, line: /^[ \t]*password\s*[:=]\s*(\S+)/gm, what: 'PyPI login' },
  {
    path: /(?:^|\/)\.my\.cnf$/i,
    line: /^[ \t]*password\s*=\s*["']?([^\s"']+)/gm,
    what: 'MySQL login'
  },
  { path: /(?:^|\/)\.pgpass$/i, line: /^(?:[^:\n]*:){4}(\S+)/gm, what: 'PostgreSQL login' },
  {
    path: /(?:^|\/)\.kube\/config$/i,
    line: /\b(?:token|password)"?:\s*["']?([^\s"',}]{16,})/g,
    what: 'kubeconfig with a login'
  },
  {
    path: /(?:^|\/)repositories\.ya?ml$/i,
    line: /^[ \t]*(?:-\s*)?password:\s*["']?([^\s"']+)/gm,
    what: 'login of a chart repository'
  },
  {
    path: /(?:^|\/)(?:\.env(?:rc|\.(?!example|sample|template|dist|defaults?)[^/]*)?|[^/]+\.env)$/i,
    line: /^[ \t]*(?:export\s+)?(?:(?:[A-Za-z0-9_]*_)?PASS[ \t]*[=:][ \t]*["']?|[A-Za-z0-9_]*(?:TOKEN|SECRET|PASSWORD|PASSWD|PRIVATE_KEY|API_?KEY|ACCESS_KEY|SECRET_KEY(?:_BASE)?)[ \t]*[=:][ \t]*["']?|[A-Za-z0-9_]+[ \t]*=[ \t]*["']?[a-z0-9+]+:\/\/[^\s:/@]*:(?=[^\s/@]+@))([^\s"'#@]+)/gim,
    what: 'secret in an .env file'
  }
]

/** Of Docker before 1.7: as config.json, without `auths`. */
const OLD_DOCKER_FILE = /(?:^|\/)\.dockercfg$/i
/** Programs keep little in such files; a larger one is something else. */
const LARGEST_LOGIN_FILE_BYTES = 1024 * 1024

/** In UTF-8, read byte by byte. */
const BYTE_ORDER_MARK = /^\xef\xbb\xbf/

/** The first login in a file that has the name of one. */
export function detectLoginFile(path: string, file: Buffer): Leak | undefined {
  if (OLD_DOCKER_FILE.test(path)) return withPlace(detectAuths(file, 0), 0)
  const kind = LOGIN_FILES.find(({ path: pattern }) => pattern.test(path))
  if (!kind || file.length > LARGEST_LOGIN_FILE_BYTES) return undefined
  const { line, what } = kind
  if (!line) return { kind: 'login', what, at: 0 }
  const text = file.toString('latin1').replace(BYTE_ORDER_MARK, '   ')
  const found = [...text.matchAll(line)].find(([, value = '']) => {
    return mayBeSecret(value)
  })
  return found && { kind: 'login', what, at: found.index }
}

function withPlace(leak: Omit<Leak, 'at'> | undefined, at: number): Leak | undefined {
  return leak && { ...leak, at }
}
