// What becomes of the built-in trusted roots when there are newer ones; without effects.
import { isObject, parseJson } from '../../src/shared/json.ts'

/** The texts of the files that have the roots, and the date of them. */
export interface BuiltIn {
  readonly publicGood: string
  readonly gitHub: string
  /** src/sigstore/trusted-root.ts. */
  readonly module: string
}

export interface Renewed extends BuiltIn {
  /** What is new and what is gone, a line each. */
  readonly changes: readonly string[]
}

type Json = Readonly<Record<string, unknown>>

const TYPE = 'application/vnd.dev.sigstore.trustedroot+json'
const AUTHORITIES = { publicGood: 'fulcio.sigstore.dev', gitHub: 'fulcio.githubapp.com' } as const
const DATE = /^(export const BUILT_IN_DATE = ')\d{4}-\d\d-\d\d'$/gm
const LISTS = ['tlogs', 'certificateAuthorities', 'ctlogs', 'timestampAuthorities']

/**
 * The files with the roots that were printed, one a line: that of Sigstore's public instance, then GitHub's. Undefined where
 * they say the same, in whatever order and with whatever blanks.
 * @throws Error for anything but these two
 */
export function renewedRoots(printed: string, kept: BuiltIn, now: Date): Renewed | undefined {
  const lines = printed.trim().split('\n')
  const [first = '', second = ''] = lines
  if (lines.length !== 2) throw new Error(`there are ${lines.length} roots, and not two`)
  const publicGood = renewed(rootIn(first, AUTHORITIES.publicGood), kept.publicGood)
  const gitHub = renewed(rootIn(second, AUTHORITIES.gitHub), kept.gitHub)
  const changes = [...publicGood.changes, ...gitHub.changes]
  if (publicGood.text === kept.publicGood && gitHub.text === kept.gitHub) return undefined
  const module = withDate(kept.module, now.toISOString().slice(0, 10))
  return { publicGood: publicGood.text, gitHub: gitHub.text, module, changes }
}

function rootIn(text: string, authority: string): Json {
  const root = parseJson(Buffer.from(text))
  if (!isObject(root) || !String(root['mediaType']).startsWith(TYPE)) {
    throw new Error(`a line is no trusted root: ${text.slice(0, 80)}`)
  }
  const uris = entriesOf(root, 'certificateAuthorities').map(({ uri }) => String(uri))
  if (!uris.some((uri) => uri.endsWith(authority))) {
    throw new Error(`a root has no authority of ${authority}, but ${uris.join(', ') || 'none'}`)
  }
  return root
}

/** The text that was kept, where it says the same. */
function renewed(root: Json, kept: string): { text: string; changes: readonly string[] } {
  const before = parseJson(Buffer.from(kept))
  if (canonical(before) === canonical(root)) return { text: kept, changes: [] }
  const entries = LISTS.flatMap((list) => {
    const [old, now] = [before, root].map((value) => entriesOf(isObject(value) ? value : {}, list))
    return [...without(now, old, `new in ${list}`), ...without(old, now, `gone from ${list}`)]
  })
  const changes = entries.length > 0 ? entries : ['the same entries in another order or form']
  return { text: `${JSON.stringify(root, null, 2)}\n`, changes }
}

/** The entries of the one list that the other has not. */
function without(
  entries: readonly Json[] = [],
  others: readonly Json[] = [],
  what: string
): readonly string[] {
  const known = new Set(others.map(canonical))
  return entries
    .filter((entry) => !known.has(canonical(entry)))
    .map((entry) => {
      return `${what}: ${entry['baseUrl'] ?? entry['uri']}, valid ${JSON.stringify(validityOf(entry))}`
    })
}

/** Logs have it at their key. */
function validityOf({ validFor, publicKey }: Json): unknown {
  return validFor ?? (isObject(publicKey) ? publicKey['validFor'] : undefined)
}

function entriesOf(root: Json, list: string): readonly Json[] {
  const entries = root[list]
  return Array.isArray(entries) ? entries.filter(isObject) : []
}

/** The same text for the same content: keys are sorted, lists are not. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    return isObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  })
}

function withDate(module: string, date: string): string {
  if (module.match(DATE)?.length !== 1) throw new Error('trusted-root.ts has no date')
  return module.replace(DATE, `$1${date}'`)
}
