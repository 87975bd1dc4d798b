import type { Answer } from '../registry/registry-store.ts'
import { HOSTS, USER } from './lab.ts'

/** A refusal that repeats the login, in every way that servers write; none of it may be printed. */
export function echo(status: number, code: string, password: string, bearer?: string): Answer {
  const errors = messagesOf(password, bearer).map((message) => ({ code, message }))
  return { status, headers: headersOf(password), body: JSON.stringify({ errors }) }
}

/** The same in a page of HTML: tags between the lines, entities, blanks that are folded. */
export function echoPage(status: number, password: string, bearer?: string): Answer {
  const lines = messagesOf(password, bearer).map((text) => `<p title="${text}">\n  ${text}<br></p>`)
  const body = `<html><body><h1>Refused</h1>${lines.join('\n')}</body></html>`
  return { status, headers: { ...headersOf(password), 'content-type': 'text/html' }, body }
}

function messagesOf(password: string, bearer: string | undefined): readonly string[] {
  const tokens = bearer === undefined ? [] : [`Bearer ${bearer}`, cutShort(bearer)]
  return [...writings(password), cutShort(password), ...tokens]
}

/** Headers that are shown, or that decide what is shown. */
function headersOf(secret: string): Readonly<Record<string, string>> {
  const word = encodeURIComponent(secret)
  return {
    'content-type': 'application/json',
    'retry-after': '0',
    location: `https://${USER}:${word}@${HOSTS.tokens}/?token=${word}`,
    'docker-content-digest': `sha256:${Buffer.from(secret).toString('hex')}`,
    warning: `299 - "${word}"`
  }
}

function writings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const tags = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const html = tags.replaceAll('"', '&#34;').replaceAll("'", '&#39;')
  return [
    secret,
    `Basic ${Buffer.from(`${USER}:${secret}`).toString('base64')}`,
    bytes.toString('base64url'),
    bytes.toString('base64').replace(/.{9}/g, '$&\n'),
    bytes.toString('hex'),
    `https://${HOSTS.tokens}/?password=${encodeURIComponent(secret)}`,
    `https://${USER}:${encodeURIComponent(secret)}@${HOSTS.tokens}/`,
    encodeURIComponent(encodeURIComponent(secret)),
    bytes.toString('hex').replace(/../g, '%$&'),
    new URLSearchParams({ password: secret }).toString(),
    JSON.stringify({ secret }),
    JSON.stringify(JSON.stringify({ secret })),
    html,
    tags.replaceAll('"', '&#x22;').replaceAll("'", '&#x27;'),
    html.replaceAll('&', '&amp;'),
    [...secret].map((char) => `&#${char.codePointAt(0)};`).join(''),
    secret.toUpperCase(),
    secret.toLowerCase(),
    secret.replace(/\s+/g, '  '),
    secret.replace(/<[^<>]*>/g, ' '),
    secret.normalize('NFD'),
    `<b>${secret.slice(0, 9)}</b>${secret.slice(9)}`
  ]
}

/** So long that what shortens it, after 500 characters, leaves the greater part of the secret. */
function cutShort(secret: string): string {
  return `${'the login was '.padEnd(500 - secret.length + 8, '.')}${secret} and no other`
}
