import { parseArgs } from 'node:util'
import { SECRET_NAMES } from '../inputs/table/table.ts'
import { failureOf, type Problem } from '../shared/failure.ts'
import { type Flag, flagNameOf, sourcesOf } from './flags.ts'
import { nearest } from './suggest.ts'

export interface ParsedFlags {
  readonly positionals: readonly string[]
  readonly values: ReadonlyMap<string, string>
}

/** Reads `--flag VALUE`, `--flag=VALUE`, `--switch` and `--switch=false`. @throws Failure usage, with every problem */
export function parseFlags(
  args: readonly string[],
  flags: readonly Flag[],
  command: string
): ParsedFlags {
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
  problems.push(...tokens.flatMap((token, index) => hostBehind(token, tokens[index + 1], flags)))
  const argumentsSeen = new Set<number>()
  for (const token of tokens.filter((token) => token.kind === 'option')) {
    const flag = flags.find((known) => token.rawName === `--${known.name}`)
    if (!flag) {
      // Letters behind one dash are tokens of one argument.
      if (!argumentsSeen.has(token.index))
        problems.push(unknownFlag(args[token.index] ?? '', flags, command))
      argumentsSeen.add(token.index)
    } else {
      problems.push(...(swallowed(flag, token) ?? misuse(flag, token.value, values)))
      values.set(flag.name, combined(flag, token.value, values.get(flag.name)))
    }
  }
  if (problems.length > 0) throw failureOf('usage', problems)
  return { positionals, values }
}

/** Lists are given as the action's inputs are, one entry per line. */
function combined(flag: Flag, value: string | undefined, before: string | undefined): string {
  const given = value ?? 'true'
  return flag.isList && before !== undefined ? `${before}\n${given}` : given
}

/** Whether a switch is on, also in arguments that `parseFlags` would refuse: how to print that is asked first. */
export function hasSwitch(args: readonly string[], name: string): boolean {
  return args.includes(`--${name}`) || args.includes(`--${name}=true`)
}

function optionFor(value: string | undefined): { readonly type: 'string' | 'boolean' } {
  return { type: value === undefined ? 'boolean' : 'string' }
}

/** A flag that was taken for the value of the one before it. What begins with three dashes may be a text in PEM. */
function swallowed(
  { name, value: form }: Flag,
  {
    value,
    inlineValue
  }: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined }
): readonly Problem[] | undefined {
  if (form === undefined || inlineValue || !/^--(?!-)/.test(value ?? '')) return undefined
  const message = `--${name} has no value: the next argument begins with "--".`
  return [{ message, fix: `Write it as --${name}=${form}, even if the value begins with "--".` }]
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]

/** With a port, dots or as an address; files that are given to commands have dots as well, and an extension. */
const LIKE_A_HOST =
  /^(?:localhost|(?!oci-)[a-z0-9._-]+:\d{1,5}|\[[0-9a-f:.]+\](?::\d{1,5})?|\d{1,3}(?:\.\d{1,3}){3}|(?:[a-z0-9-]+\.)+(?!tgz$|gz$|tar$|prov$)[a-z]{2,})$/i

/** A host that follows a switch, which takes one only behind `=`: the switch would be on for all hosts. */
function hostBehind(
  token: Token,
  next: Token | undefined,
  flags: readonly Flag[]
): readonly Problem[] {
  if (token.kind !== 'option' || token.value !== undefined || next?.kind !== 'positional') return []
  const flag = flags.find(({ name, instead }) => name === token.name && instead !== undefined)
  if (flag?.choices?.includes(next.value)) return [apart(token.rawName, next.value)]
  if (!flag || flag.choices || !LIKE_A_HOST.test(next.value)) return []
  const message = `${token.rawName} is followed by "${next.value}", which looks like a host.`
  const fix = `Write ${token.rawName}=${next.value}; for a file or folder with that name, write ./${next.value}.`
  return [{ message, fix }]
}

/** A word that is meant for a switch, which takes one only behind `=`. */
function apart(name: string, value: string): Problem {
  return { message: `${name} is followed by "${value}".`, fix: `Write ${name}=${value}.` }
}

function misuse(
  flag: Flag,
  value: string | undefined,
  seen: ReadonlyMap<string, string>
): readonly Problem[] {
  const name = `--${flag.name}`
  if (seen.has(flag.name) && !flag.isList) {
    return [{ message: `${name} is given twice.`, fix: 'Give it once.' }]
  }
  if ((flag.value ?? flag.instead) !== undefined && value === '') {
    const fix = `Give it a value, or leave ${name} out; a variable that is not set is empty.`
    return [{ message: `${name} is empty.`, fix }]
  }
  if (flag.value !== undefined && value === undefined) {
    return [{ message: `${name} has no value.`, fix: `Write it as ${name}=${flag.value}.` }]
  }
  return wrongValue(flag, value)
}

/** A value that a switch does not take. */
function wrongValue(
  { name, value: form, instead, choices }: Flag,
  value: string | undefined
): readonly Problem[] {
  const isFree = form !== undefined || (instead !== undefined && !choices)
  const isKnown = value === undefined || ['true', 'false', ...(choices ?? [])].includes(value)
  if (isFree || isKnown) return []
  const known = (choices ?? ['false']).map((choice) => `--${name}=${choice}`)
  return [
    { message: `--${name} is "${value}".`, fix: `Write ${[`--${name}`, ...known].join(' or ')}.` }
  ]
}

/** What to use in place of a flag that would hold a secret, as `--password` would; undefined for any other. */
function insteadOfArgument(flag: string): string | undefined {
  const name = SECRET_NAMES.find((secret) => flag === `--${secret}`)
  if (name === undefined || flagNameOf(name) === flag) return undefined
  const sources = sourcesOf(name)
  const [last] = sources.slice(-1)
  return sources.length === 1 ? last : `${sources.slice(0, -1).join(', ')} or ${last}`
}

/** Only a name is shown: what is joined to it may be a password, as in `-pPASSWORD`. */
function unknownFlag(argument: string, flags: readonly Flag[], command: string): Problem {
  const [name = ''] = argument.split('=')
  const longName = name.startsWith('--') ? name : `-${name}`
  const better = insteadOfArgument(longName)
  if (better !== undefined) {
    const message = `${longName} does not exist, because every user of the machine can see arguments.`
    return { message, fix: `Use ${better}.` }
  }
  const hasNone = (shown: string) => `\`${command}\` has no flag ${shown}.`
  if (flags.some((flag) => longName === `--${flag.name}`)) {
    return { message: hasNone(name), fix: `Write it with two dashes: ${longName}.` }
  }
  const message = hasNone(shownName(name))
  return { message, fix: `${flagHint(longName, flags)}See \`publish-helm-chart help ${command}\`.` }
}

/** Of what is not written as a flag is, only the beginning. */
function shownName(name: string): string {
  if (!name.startsWith('--')) return name.slice(0, 2)
  return /^--[a-z][a-z0-9-]*$/i.test(name) ? name : `${name.slice(0, 4)}…`
}

/** `Did you mean …?`; for the name of a secret, what takes its file. Empty where nothing is near. */
function flagHint(longName: string, flags: readonly Flag[]): string {
  const names = [...flags.map((flag) => flag.name), ...SECRET_NAMES]
  const name = nearest(longName.slice(2), names)
  if (name === undefined) return ''
  return `Did you mean ${insteadOfArgument(`--${name}`) ?? `--${name}`}? `
}
