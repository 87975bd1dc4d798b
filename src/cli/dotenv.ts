import type { PublicationJson } from '../publish/model/publication-json.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

type Key = Exclude<
  keyof PublicationJson,
  'error' | 'warnings' | 'chart' | 'target' | 'contentIdentity'
>

/** With the count eighteen, since GitLab takes twenty (docs.gitlab.com, "Maximum number of variables in dotenv"). */
const OF_ONE: readonly Key[] = [
  ...(['status', 'name', 'version', 'appVersion', 'tag', 'ref', 'refDigest'] as const),
  ...(['subjectName', 'digest', 'chartDigest', 'configDigest', 'size', 'archive'] as const),
  ...(['signature', 'signatureDigest', 'attestationDigest', 'attestationUrl'] as const)
]
/** Of several only what the rest can be made of, for the same reason. */
const OF_SEVERAL: readonly Key[] = ['status', 'name', 'version', 'ref', 'digest']

/** Limits of GitLab: those of its own servers are higher, administrators may raise them. */
const MOST_VARIABLES = 20
const MOST_BYTES = 5 * 1024

/** The content of a dotenv file, and what is to be said about it. */
export interface DotenvText {
  readonly text: string
  readonly warnings: readonly string[]
}

/**
 * Results as variables, for GitLab's report `dotenv`: CHART_COUNT, CHART_DIGEST … for one, CHART_1_DIGEST … for several.
 * What is not known has no variable. GitLab takes all that is behind the first `=` of a line, without quotes and escapes,
 * expands `$` in it, and Windows `%`: a value with anything but letters, digits and a few signs is left out.
 */
export function dotenvText(
  publications: readonly PublicationJson[],
  secrets: SecretRegistry
): DotenvText {
  const isOne = publications.length === 1
  const found = publications.flatMap((publication, index) => {
    const prefix = isOne ? 'CHART_' : `CHART_${index + 1}_`
    return variablesOf(publication, isOne ? OF_ONE : OF_SEVERAL, secrets).map(({ key, value }) => {
      return { name: `${prefix}${variableCase(key)}`, value }
    })
  })
  const count = { name: 'CHART_COUNT', value: String(publications.length) }
  const kept = [count, ...found.filter(({ value }) => isSafe(value))]
  const text = kept.map(({ name, value }) => `${name}=${value}\n`).join('')
  const leftOut = found.filter(({ value }) => !isSafe(value)).map(({ name }) => name)
  return { text, warnings: [...unsafeWarning(leftOut), ...limitWarning(kept.length, text)] }
}

/** Also what a shell takes as it is, without quotes. */
function isSafe(value: string): boolean {
  return /^[A-Za-z0-9._:/@+,~=-]*$/.test(value)
}

function variablesOf(
  publication: PublicationJson,
  keys: readonly Key[],
  secrets: SecretRegistry
): readonly { readonly key: Key; readonly value: string }[] {
  return keys.flatMap((key) => {
    const value = publication[key]
    if (value === null) return []
    const isFree = key === 'archive' || key === 'appVersion'
    return [{ key, value: isFree ? secrets.redactPath(String(value)) : String(value) }]
  })
}

function variableCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

function unsafeWarning(names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const values = names.length === 1 ? 'its value has' : 'their values have'
  return [
    `${names.join(', ')}: left out of the dotenv file, because ${values} characters that GitLab does not accept there.`
  ]
}

function limitWarning(count: number, text: string): readonly string[] {
  const bytes = Buffer.byteLength(text)
  if (count <= MOST_VARIABLES && bytes <= MOST_BYTES) return []
  return [
    `The dotenv file has ${count} variables and ${bytes} bytes. GitLab accepts ${MOST_BYTES} bytes, and ${MOST_VARIABLES} variables unless its plan or administrator allows more.`
  ]
}
