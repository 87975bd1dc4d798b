import { HOSTS, USER } from './canary-lab.ts'
import type { Answer } from './registry-store.ts'

/** A refusal that repeats the login, in every way that servers write; none of it may be printed. */
export function echo(status: number, code: string, password: string, bearer?: string): Answer {
  const tokens = bearer === undefined ? [] : [`Bearer ${bearer}`, cutShort(bearer)]
  const messages = [...writings(password), cutShort(password), ...tokens]
  const headers = { 'content-type': 'application/json', 'retry-after': '0' }
  const errors = messages.map((message) => ({ code, message }))
  return { status, headers, body: JSON.stringify({ errors }) }
}

function writings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const tags = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return [
    secret,
    `Basic ${Buffer.from(`${USER}:${secret}`).toString('base64')}`,
    bytes.toString('base64url'),
    bytes.toString('hex'),
    `https://${HOSTS.tokens}/?password=${encodeURIComponent(secret)}`,
    new URLSearchParams({ password: secret }).toString(),
    JSON.stringify({ secret }),
    tags.replaceAll('"', '&#34;').replaceAll("'", '&#39;')
  ]
}

/** So long that what shortens it, after 500 characters, leaves the greater part of the secret. */
function cutShort(secret: string): string {
  return `${'the login was '.padEnd(500 - secret.length + 8, '.')}${secret} and no other`
}
