import type { Document } from 'yaml'
import { registerHostLogins } from '../../shared/address-logins.ts'
import { Failure, failureOf, type Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { SecretRegistry } from '../../shared/secret-registry.ts'
import { cleanSecret, type SecretRemark, withoutLineEnd } from '../../shared/secret-text.ts'
import { withoutUser } from '../spec/reference.ts'
import { type Credential, registryAuthSource } from './credential.ts'
import { parseAuthKey, placeOfKey, type RegistryAuth } from './registry-auth-keys.ts'

const KEYS = ['username', 'password', 'identity-token', 'registry-token']
const FORM =
  'Write a mapping of hosts (or host/path), each with `username` and `password`, `identity-token`, or `registry-token`.'
const HOSTS =
  'Write host[:port] or host[:port]/path, such as ghcr.io, ghcr.io/acme or registry.example.com:5000, without a scheme, a login, a slash at the end or escapes.'
/** Inputs are put into the text as they are, so a secret can read as YAML. */
const QUOTES =
  'Put secrets in single quotes: characters such as @ * & # % have a special meaning in YAML.'

/**
 * Reads the input `registry-auth`: YAML, `host[:port][/path]` to credentials. Everything in it that may be secret is
 * kept before anything is said about it. What is odd about a secret is added to `remarks`.
 * @throws Failure usage, with every problem and without any value
 */
export async function parseRegistryAuth(
  text: string,
  secrets: SecretRegistry,
  remarks: SecretRemark[] = []
): Promise<RegistryAuth> {
  const root = await readYaml(text, secrets)
  if (!(root instanceof Map)) throw new Failure('usage', unusable('it is not a mapping'))
  const found = new Map<string, Credential>()
  const problems = [...root].flatMap(([name, entry]) => {
    const read = credentialOf(withoutUser(String(name)), entry, { secrets, remarks })
    const problem = add(found, name, read)
    return problem ? [problem] : []
  })
  if (problems.length > 0) throw failureOf('usage', problems)
  return found
}

function add(
  found: Map<string, Credential>,
  name: unknown,
  read: Credential | Problem
): Problem | undefined {
  const key = typeof name === 'string' ? parseAuthKey(name) : undefined
  if (key === undefined) return unusable(badKey(name), HOSTS)
  if ('fix' in read) return read
  const isKnown = [...found.keys()].some((other) => placeOfKey(other) === placeOfKey(key))
  if (isKnown) return unusable(`it has two entries for "${key}"`, 'Remove one of them.')
  found.set(key, read)
  return undefined
}

async function readYaml(text: string, secrets: SecretRegistry): Promise<unknown> {
  const { parseDocument, visit } = await import('yaml')
  // failsafe: a password of digits stays a text. Excerpts of the source would show secrets.
  const document = parseDocument(text, {
    schema: 'failsafe',
    prettyErrors: false,
    logLevel: 'error'
  })
  const [error] = document.errors
  if (error) {
    // What could not be told apart is kept as a whole, line by line.
    secrets.register(text)
    const line = text.slice(0, error.pos[0]).split('\n').length
    throw new Failure(
      'usage',
      unusable(`it is not valid YAML, line ${line} (${error.code})`, `${FORM} ${QUOTES}`)
    )
  }
  // `${{ toJSON(secrets.MISSING) }}` gives null; failsafe would make it the password "null".
  visit(document, {
    Scalar: (key, node) => {
      const isPlain = key === 'value' && node.type === 'PLAIN'
      if (isPlain && /^(?:null|Null|NULL|~)$/.test(String(node.value))) node.value = ''
    }
  })
  const root = withoutAliases(document, () => secrets.register(text))
  for (const value of textsIn(root)) secrets.register(value)
  for (const key of root instanceof Map ? root.keys() : []) registerHostLogins(String(key), secrets)
  return root
}

function withoutAliases(document: Document, onAlias: () => void): unknown {
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: 0 })
  } catch {
    onAlias()
    throw new Failure('usage', unusable('it has an alias (`*name`)', QUOTES))
  }
}

/** Every text but user names and keys: also what stands in the wrong place may be a secret. */
function textsIn(node: unknown): readonly string[] {
  if (typeof node === 'string') return [node]
  if (Array.isArray(node)) return node.flatMap(textsIn)
  if (!(node instanceof Map)) return []
  return [...node].flatMap(([key, value]) => {
    return key === 'username' && typeof value === 'string' ? [] : textsIn(value)
  })
}

function badKey(name: unknown): string {
  return typeof name === 'string'
    ? `"${withoutUser(name)}" is not a host, or a host with a path`
    : 'one of its keys is not a string'
}

interface Keeping {
  readonly secrets: SecretRegistry
  readonly remarks: SecretRemark[]
}

function credentialOf(name: string, entry: unknown, keeping: Keeping): Credential | Problem {
  if (!(entry instanceof Map)) return unusable(`the entry of "${name}" is not a mapping`)
  const unknown = [...entry.keys()].filter((key) => !KEYS.includes(key))
  if (unknown.length > 0) return unusable(`the entry of "${name}" has an unknown key`)
  const empty = [...entry].filter(
    ([, value]) => typeof value !== 'string' || withoutLineEnd(value) === ''
  )
  if (empty.length > 0) {
    const keys = empty.map(([key]) => `\`${key}\``).join(', ')
    const why = `the entry of "${name}" has no string for ${keys}`
    return unusable(
      why,
      `Set it; secrets are empty in runs from forks and from Dependabot. ${QUOTES}`
    )
  }
  const clean = [...new Map<string, string>(entry)].map(([key, text]) => {
    const { value, remarks } = cleanSecret(
      text,
      `\`${key}\` of "${name}" in ${input('registry-auth')}`
    )
    keeping.remarks.push(...remarks)
    return [key, value] as const
  })
  return kindOf(new Map(clean), keeping.secrets) ?? unusable(incomplete(name))
}

function incomplete(name: string): string {
  return `the entry of "${name}" is not one of: user and password, identity token, registry token`
}

function kindOf(
  entry: ReadonlyMap<string, string>,
  secrets: SecretRegistry
): Credential | undefined {
  const source = registryAuthSource()
  const username = entry.get('username')
  const has = [...entry.keys()].filter((key) => key !== 'username').join()
  const secret = secrets.register(entry.get(has) ?? '')
  if (has === 'identity-token') return { kind: has, username, token: secret, source }
  if (has === 'registry-token' && username === undefined)
    return { kind: has, token: secret, source }
  if (has !== 'password' || username === undefined || username.includes(':')) return undefined
  return { kind: 'login', username, password: secret, source }
}

function unusable(why: string, fix = FORM): Problem {
  return { message: `${input('registry-auth')} is not valid: ${why}.`, fix }
}
