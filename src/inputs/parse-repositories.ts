import { parseTarget } from '../oci/spec/reference.ts'
import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'

const FORM =
  'Write `NAME: URL`, one per line, such as `bitnami: https://charts.bitnami.com/bitnami`.'
/** `@` may stand before a name, as in Chart.yaml; the first of colon, equals sign and blank ends it. */
const ENTRY = /^@?("[^"]*"|'[^']*'|[^\s:=]+)(?:\s*[:=]\s*|\s+)(.*)$/s
const SCHEMES = ['https:', 'http:', 'oci:']

/**
 * Reads the lines of `repositories`: `NAME: URL`, `NAME=URL` or `NAME URL`, as `helm repo add` takes the two, with or
 * without quotes; lines with `#` in front do not count. What is wrong adds a problem, which shows no login. URLs are kept
 * as written, since the digest of Chart.lock depends on their spelling.
 */
export function parseRepositories(
  lines: readonly string[],
  problems: Problem[]
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of lines.filter((text) => !text.startsWith('#'))) {
    const [name, url] = partsOf(line)
    const problem = nameProblem(line, name) ?? urlProblem(name, url) ?? twice(name, url, found)
    if (problem) problems.push(problem)
    else found.set(name, url)
  }
  return found
}

function partsOf(line: string): readonly [name: string, url: string] {
  const [, name = '', url = ''] = ENTRY.exec(line) ?? []
  return [unquoted(name), unquoted(url)]
}

function unquoted(text: string): string {
  return /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text
}

/** `helm repo add` takes no "/" in a name. */
function nameProblem(line: string, name: string): Problem | undefined {
  // A URL without a name reads as one: its scheme.
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(line)
  if (!isUrl && /^[^\s/@\p{Cc}]+$/u.test(name)) return undefined
  const message = `${input('repositories')} has a line without a name${shown(line)}.`
  return { message, fix: FORM }
}

function urlProblem(name: string, url: string): Problem | undefined {
  const subject = `${input('repositories')} has "${name}"`
  if (url === '') return { message: `${subject} without a URL.`, fix: FORM }
  if (hasLogin(url)) {
    const fix = `Remove it from the URL, and add it to ${input('registry-auth')}, as \`HOST/PATH\` with \`username\` and \`password\`.`
    return { message: `${subject}, whose URL has a login in it.`, fix }
  }
  if (isRepository(url)) return undefined
  return { message: `${subject}, which is not the URL of a repository${shown(url)}.`, fix: URLS }
}

const URLS =
  'Write https://HOST/PATH or oci://HOST/PATH, without spaces, backslashes or a fragment (`#`).'

function twice(name: string, url: string, found: ReadonlyMap<string, string>): Problem | undefined {
  const before = found.get(name)
  if (before === undefined || before === url) return undefined
  const message = `${input('repositories')} has "${name}" twice, with different URLs.`
  return { message, fix: 'Remove one of them.' }
}

/** Also where it makes the URL unreadable, or stands without a scheme; an `@` in a path is none. */
function hasLogin(url: string): boolean {
  if (!URL.canParse(url) || !url.includes('://')) return url.includes('@')
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}

function isRepository(url: string): boolean {
  if (/[\s\\#\p{Cc}]/u.test(url) || !URL.canParse(url)) return false
  const { protocol, host } = new URL(url)
  if (protocol === 'oci:') return 'target' in parseTarget(url)
  return SCHEMES.includes(protocol) && host !== '' && /^https?:\/\//i.test(url)
}

/** What is wrong, unless a part of it may be a password. */
function shown(text: string): string {
  return text.includes('@') ? '' : `: "${text}"`
}
