import { type Expected, PASSWORD, PROXY } from './expected.ts'
import { HOSTS } from './lab.ts'

/** Tokens in answers that are not a success of a token service, in several shapes. */
export function oddTokenAnswers(): Readonly<Record<string, Expected>> {
  const shapes: Readonly<Record<string, (token: string) => string>> = {
    JSON: (token) => JSON.stringify({ token, access_token: token }),
    'nested JSON': (token) => JSON.stringify({ data: [{ auth: { refresh_token: token } }] }),
    'a form': (token) => new URLSearchParams({ access_token: token }).toString(),
    'an error': (token) =>
      JSON.stringify({ errors: [{ code: 'A', message: `use ${token}` }], token })
  }
  const statuses = [
    [201, 'JSON', 6],
    [202, 'a form', 6],
    [400, 'nested JSON', 6],
    [403, 'an error', 5],
    [503, 'JSON', 6]
  ] as const
  return Object.fromEntries(
    statuses.map(([status, shape, code]) => {
      const tokens: Expected['tokens'] = (_, { secrets }) => {
        const token = secrets['bearer token']
        const headers = { location: `https://${HOSTS.storage}/?token=${token}`, 'retry-after': '0' }
        return { status, headers, body: shapes[shape]?.(token) ?? '' }
      }
      return [`a token in ${shape} with ${status}`, { code, tokens, heard: [PROXY, PASSWORD] }]
    })
  )
}
