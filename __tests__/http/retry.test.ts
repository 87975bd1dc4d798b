import { describe, expect, test } from '@jest/globals'
import {
  type Attempted,
  askedPauseMs,
  backoffMs,
  mayBeDone,
  mostAttempts,
  type Retried,
  retryAfterMs,
  shouldRetry
} from '../../src/http/retry.ts'
import { REGISTRY_RULES } from '../../src/oci/errors/registry-answer.ts'
import { Failure } from '../../src/shared/failure.ts'

const URL_OF_ANY = new URL('https://reg.example/v2/')

function answered(status: number, code = '', headers = {}): Attempted {
  const body = Buffer.from(code === '' ? '' : JSON.stringify({ errors: [{ code }] }))
  return { kind: 'answered', response: { status, url: URL_OF_ANY, headers, body } }
}

/** For the GET of a manifest, or another request. */
function retries(attempts: readonly Attempted[], request: Retried = { method: 'GET' }): boolean {
  return shouldRetry(attempts, request, REGISTRY_RULES)
}

function lost(code: string): Attempted {
  const cause = Object.assign(new Error('lost'), { code })
  return { kind: 'lost', failure: new Failure('registry', { message: 'x', fix: 'y' }, cause) }
}

describe('another attempt is made', () => {
  test.each([408, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524])('after %i', (status) => {
    expect(retries([answered(status)])).toBe(true)
  })

  test.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAI_AGAIN', 'UND_ERR_SOCKET'])(
    'after %s',
    (code) => {
      expect(retries([lost(code)])).toBe(true)
    }
  )

  test.each([404, 405])('after a %i that no registry wrote', (status) => {
    expect(retries([answered(status)])).toBe(true)
    expect(retries([answered(status)], { method: 'PUT' })).toBe(true)
    expect(retries([answered(status)], { method: 'GET', finalStatuses: [409] })).toBe(true)
    expect(retries(Array.from({ length: 4 }, () => answered(status)))).toBe(false)
  })

  test('once for a name that is not known, after a second', () => {
    const unknown = lost('ENOTFOUND')
    expect(retries([unknown])).toBe(true)
    expect(retries([unknown, unknown])).toBe(false)
    expect(backoffMs([unknown], () => 0)).toBe(1000)
    expect([mostAttempts(unknown), mostAttempts(lost('ECONNRESET'))]).toEqual([2, 4])
  })

  test('when the code stands in the cause of the cause', () => {
    const inner = Object.assign(new Error('inner'), { code: 'ECONNRESET' })
    const failure = new Failure(
      'registry',
      { message: 'x', fix: 'y' },
      new Error('outer', { cause: inner })
    )
    expect(retries([{ kind: 'lost', failure }])).toBe(true)
  })
})

describe('no other attempt is made', () => {
  test.each([200, 201, 301, 400, 401, 403, 409, 410, 412, 413, 415, 416, 501, 505, 507])(
    'after %i',
    (status) => {
      expect(retries([answered(status)])).toBe(false)
    }
  )

  test.each([404, 405])('after a %i that a registry wrote', (status) => {
    expect(retries([answered(status, 'UNSUPPORTED')])).toBe(false)
    const header = { 'docker-distribution-api-version': 'registry/2.0' }
    expect(retries([answered(status, '', header)])).toBe(false)
  })

  test.each([404, 405])('after a %i where it is an answer whoever wrote it', (status) => {
    expect(retries([answered(status)], { method: 'GET', finalStatuses: [status] })).toBe(false)
    expect(retries([answered(status)], { method: 'HEAD' })).toBe(false)
  })

  test.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'UND_ERR_HEADERS_OVERFLOW'
  ])('after %s', (code) => {
    expect(retries([lost(code)])).toBe(false)
  })

  test('after four', () => {
    expect(retries(Array.from({ length: 3 }, () => answered(503)))).toBe(true)
    expect(retries(Array.from({ length: 4 }, () => answered(503)))).toBe(false)
  })

  test.each(['NAME_INVALID', 'UNKNOWN'])('after 500 %s two times in a row', (code) => {
    const fault = answered(500, code)
    expect(retries([fault])).toBe(true)
    expect(retries([fault, answered(502)])).toBe(true)
    expect(retries([fault, fault])).toBe(false)
  })

  test('after a failure that is none of the network', () => {
    const failure = new Failure('auth', { message: 'x', fix: 'y' })
    expect(retries([{ kind: 'lost', failure }])).toBe(false)
  })
})

test('the pauses double, with full jitter', () => {
  const attempts = [answered(503), answered(503), answered(503)]
  const longest = [1, 2, 3].map((count) => backoffMs(attempts.slice(0, count), () => 1))
  expect(longest).toEqual([500, 1000, 2000])
  expect(backoffMs(attempts, () => 0)).toBe(0)
  const many = Array.from({ length: 20 }, () => answered(503))
  expect(backoffMs(many, () => 1)).toBe(10_000)
})

test('what was refused for its rate was not done; all other trouble leaves that open', () => {
  expect(mayBeDone(answered(429))).toBe(false)
  expect(mayBeDone(answered(502))).toBe(true)
  expect(mayBeDone(lost('ECONNRESET'))).toBe(true)
})

describe('Retry-After', () => {
  const now = Date.parse('2026-01-02T03:04:05Z')

  test.each<[string | undefined, number | undefined]>([
    ['1', 1000],
    [' 2.5 ', 2500],
    ['99999', 99_999_000],
    ['0', undefined],
    ['-5', undefined],
    ['', undefined],
    [undefined, undefined],
    ['soon', undefined],
    ['1e3', undefined],
    ['Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
    ['Friday, 02-Jan-26 03:04:35 GMT', 30_000],
    ['Fri Jan  2 03:04:35 2026', 30_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', undefined],
    [String(now / 1000 + 7), 7000],
    [String(now + 7000), 7000],
    [String(now / 1000 - 7), undefined]
  ])('%s', (field, wait) => {
    expect(retryAfterMs(field, now)).toBe(wait)
  })

  test('counts for answers, not for lost ones', () => {
    expect(askedPauseMs(answered(429, '', { 'retry-after': '3' }), now)).toBe(3000)
    expect(askedPauseMs(lost('ECONNRESET'), now)).toBeUndefined()
    expect(askedPauseMs(undefined, now)).toBeUndefined()
  })
})
