import type { Answer, RecordedRequest } from '../registry/registry-store.ts'
import type { Lab } from './lab.ts'

type Service = (request: RecordedRequest, lab: Lab) => Answer

/** What the services that sign answer: each takes its own secret, and no other. */
export const signingAnswers = {
  issuer: ({ url, headers }, { secrets }) => {
    const asked = new URL(url, 'https://issuer.test')
    const { pathname } = new URL(secrets['request URL'])
    const isKnown = headers.authorization === `Bearer ${secrets['request token']}`
    const isRight = isKnown && asked.pathname === pathname
    return isRight && asked.searchParams.get('audience') === 'sigstore'
      ? json({ status: 200, body: { value: secrets['ID token'] } })
      : json({ status: 401, body: {} })
  },
  fulcio: ({ body }, { secrets, sigstore }) => {
    const text = body.toString('utf8')
    const { oidcIdentityToken: token } = JSON.parse(text).credentials
    const isKnown = [secrets['ID token'], secrets.SIGSTORE_ID_TOKEN].includes(token)
    return json(isKnown ? sigstore.issue(text) : { status: 401, body: {} })
  },
  rekor: ({ method, url, body }, { sigstore }) => {
    return json(sigstore.log.answer({ method, path: url, body: body.toString('utf8') }))
  },
  github: ({ method, headers }, { secrets }) => {
    if (headers.authorization !== `Bearer ${secrets['github-token']}`) {
      return json({ status: 401, body: {} })
    }
    return json(method === 'POST' ? { status: 201, body: { id: 77 } } : { status: 404, body: {} })
  }
} as const satisfies Readonly<Record<string, Service>>

function json({
  body,
  ...answer
}: {
  readonly status: number
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
}): Answer {
  return { ...answer, body: JSON.stringify(body) }
}
