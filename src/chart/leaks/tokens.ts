import { isVaried, looksRandom } from '../../shared/random-text.ts'
import { type Detector, isPlaceholder, type Marker } from './leak.ts'

interface TokenKind {
  readonly prefixes: readonly string[]
  readonly rest: RegExp
  readonly what: string
  /** Of how many characters the token is drawn; 62 and more unless given. */
  readonly alphabet?: number
}

/** Tokens with a known prefix, by the documentation of those who issue them. */
const KINDS: readonly TokenKind[] = [
  {
    prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    rest: /^[A-Za-z0-9]{36,255}/,
    what: 'GitHub token'
  },
  {
    prefixes: ['github_pat_'],
    rest: /^[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/,
    what: 'GitHub token'
  },
  {
    prefixes: ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-'],
    rest: /^[A-Za-z0-9_-]{20,}/,
    what: 'GitLab token'
  },
  {
    prefixes: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-'],
    rest: /^[0-9]{10,13}-[0-9]{10,13}-[A-Za-z0-9-]{24,}/,
    what: 'Slack token'
  },
  { prefixes: ['hvs.', 'hvb.'], rest: /^[A-Za-z0-9_-]{24,}/, what: 'Vault token' },
  { prefixes: ['npm_'], rest: /^[A-Za-z0-9]{36}/, what: 'npm token' },
  { prefixes: ['pypi-AgEIcHlwaS5vcmc'], rest: /^[A-Za-z0-9_-]{50,}/, what: 'PyPI token' },
  {
    prefixes: ['dckr_pat_', 'dckr_oat_'],
    rest: /^[A-Za-z0-9_-]{27,}/,
    what: 'Docker Hub token'
  },
  {
    prefixes: ['dop_v1_'],
    rest: /^[0-9a-f]{64}/,
    what: 'DigitalOcean token',
    alphabet: 16
  },
  { prefixes: ['sk_live_', 'rk_live_'], rest: /^[A-Za-z0-9]{24,}/, what: 'Stripe key' }
]

const LONGEST_TOKEN = 512

export const TOKEN_MARKERS: readonly Marker[] = KINDS.flatMap((kind) => {
  return kind.prefixes.map((text) => ({ text, detect: detectToken(text, kind) }))
})

function detectToken(prefix: string, { rest, what, alphabet }: TokenKind): Detector {
  return (file, at) => {
    if (/\w/.test(String.fromCharCode(file[at - 1] ?? 0))) return undefined
    const begin = at + prefix.length
    const [token = ''] = rest.exec(file.toString('latin1', begin, begin + LONGEST_TOKEN)) ?? []
    const isDrawn = alphabet === undefined ? looksRandom(token) : isVaried(token, alphabet)
    return isDrawn && !isPlaceholder(token) ? { kind: 'login', what } : undefined
  }
}
