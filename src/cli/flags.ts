import { parseArgs } from 'node:util'
import { INPUT_NAMES, type InputName } from '../publish/input-names.ts'
import { failureOf, type Problem } from '../shared/failure.ts'

/** A flag of a command. `value` names what follows it; without one it is a switch. */
export interface Flag {
  readonly name: string
  readonly value?: string
  readonly help: string
}

const INPUT_FLAGS: Readonly<Record<Exclude<InputName, 'chart'>, Omit<Flag, 'name'>>> = {
  registry: { value: 'oci://HOST/PATH', help: "where to publish; the chart's name is added" },
  username: { value: 'NAME', help: 'user of the registry' },
  'registry-config': { value: 'FILE', help: "look for logins in this file, not in the user's own" },
  'token-hosts': { value: 'HOST,…', help: 'token services that may get the password; no others' },
  'plain-http': { help: 'speak http, not https, with the registry' },
  version: {
    value: 'VERSION',
    help: 'version of the chart instead of the one in Chart.yaml; a leading v is dropped'
  },
  'app-version': { value: 'VERSION', help: 'appVersion instead of the one in Chart.yaml' },
  'require-genuine': {
    help: 'refuse archives that lack a mark of helm package (default); =false warns instead'
  },
  destination: { value: 'FOLDER', help: 'keep the archive there' },
  'helm-version': { value: 'VERSION', help: 'package with this version of helm' },
  'helm-sha256': { value: 'HEX', help: 'checksum of the download of that version' },
  'helm-download-url': { value: 'URL', help: 'mirror of https://get.helm.sh' },
  'source-date-epoch': {
    value: 'SECONDS',
    help: "time to stamp into the archive; the commit's unless given"
  }
}

/** Flags in the order of the help text: those of the inputs, then those that only the command has. */
export const FLAGS: readonly Flag[] = [
  ...INPUT_NAMES.flatMap((name) => (name === 'chart' ? [] : [{ name, ...INPUT_FLAGS[name] }])),
  { name: 'password-stdin', help: 'read the password from standard input' },
  { name: 'password-file', value: 'FILE', help: 'read the password from a file' },
  { name: 'identity-token-file', value: 'FILE', help: 'read an identity token from a file' },
  { name: 'registry-auth-file', value: 'FILE', help: 'YAML file: host to credentials' },
  { name: 'json', help: 'print the result as one JSON object' },
  { name: 'debug', help: 'log every request' }
]

const REGISTRY_FLAGS = [
  'registry',
  'username',
  'registry-config',
  'token-hosts',
  'plain-http',
  'password-stdin',
  'password-file',
  'identity-token-file',
  'registry-auth-file'
]

/** The flags that `package` knows: it has nothing to do with a registry. */
export const PACKAGE_FLAGS = FLAGS.filter(({ name }) => !REGISTRY_FLAGS.includes(name))

const ANYWHERE = ['json', 'debug']

/** The flags of `inspect`: how to reach a registry, and what to make of what is found. */
export const INSPECT_FLAGS: readonly Flag[] = [
  ...FLAGS.filter(({ name }) => name !== 'registry' && REGISTRY_FLAGS.includes(name)),
  {
    name: 'require-genuine',
    help: 'a missing mark of helm package is an error; =false makes it a warning'
  },
  ...FLAGS.filter(({ name }) => ANYWHERE.includes(name))
]

export interface ParsedFlags {
  readonly positionals: readonly string[]
  readonly values: ReadonlyMap<string, string>
}

/** Reads `--flag VALUE`, `--flag=VALUE`, `--switch` and `--switch=false`. @throws Failure usage, with every problem */
export function parseFlags(args: readonly string[], flags: readonly Flag[]): ParsedFlags {
  const options = Object.fromEntries(flags.map(({ name, value }) => [name, optionFor(value)]))
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options,
    strict: false,
    tokens: true,
    allowPositionals: true
  })
  const problems: Problem[] = []
  const values = new Map<string, string>()
  for (const { name, rawName, value } of tokens.filter((token) => token.kind === 'option')) {
    const flag = flags.find((known) => rawName === `--${known.name}`)
    const problem = flag ? misuse(flag, value, values) : unknownFlag(rawName)
    if (problem) problems.push(problem)
    else values.set(name, value ?? 'true')
  }
  if (problems.length > 0) throw failureOf('usage', problems)
  return { positionals, values }
}

/** Whether a switch is on, also in arguments that `parseFlags` would refuse: how to print that is asked first. */
export function hasSwitch(args: readonly string[], name: string): boolean {
  return args.includes(`--${name}`) || args.includes(`--${name}=true`)
}

function optionFor(value: string | undefined): { readonly type: 'string' | 'boolean' } {
  return { type: value === undefined ? 'boolean' : 'string' }
}

function misuse(
  flag: Flag,
  value: string | undefined,
  seen: ReadonlyMap<string, string>
): Problem | undefined {
  const name = `--${flag.name}`
  if (seen.has(flag.name)) return { message: `${name} is given twice.`, fix: 'Give it once.' }
  if (flag.value !== undefined && !value) {
    return { message: `${name} has no value.`, fix: `Write it as ${name}=${flag.value}.` }
  }
  if (flag.value === undefined && value !== undefined && value !== 'true' && value !== 'false') {
    return { message: `${name} is "${value}".`, fix: `Write ${name} or ${name}=false.` }
  }
  return undefined
}

/** Flags that would hold a secret, and what to use. */
const SECRET_FLAGS: ReadonlyMap<string, string> = new Map([
  ['--password', '--password-stdin, --password-file or PUBLISH_HELM_CHART_PASSWORD'],
  ['--identity-token', '--identity-token-file or PUBLISH_HELM_CHART_IDENTITY_TOKEN'],
  ['--registry-auth', '--registry-auth-file']
])

function unknownFlag(name: string): Problem {
  const better = SECRET_FLAGS.get(name)
  if (better !== undefined) {
    const message = `There is no ${name}: arguments can be seen by every user of the machine.`
    return { message, fix: `Use ${better}.` }
  }
  return { message: `There is no flag ${name}.`, fix: 'See `publish-helm-chart help`.' }
}
