import { describe, expect, test } from '@jest/globals'
import type { HttpResponse } from '../../../src/http/message.ts'
import { isMisdirected, saysAbsent } from '../../../src/oci/errors/registry-answer.ts'
import { OTHER_NOT_FOUND, REGISTRY_NOT_FOUND } from '../../support/registry/not-found.ts'
import type { Answer } from '../../support/registry/registry-store.ts'

function responseOf({ status, headers = {}, body = '' }: Answer): HttpResponse {
  return { status, headers, body: Buffer.from(body), url: new URL('https://reg.example/v2/') }
}

describe.each(Object.entries(REGISTRY_NOT_FOUND))('a 404 of %s', (_, answer) => {
  test('says that there is no such thing', () => {
    expect(saysAbsent(responseOf(answer))).toBe(true)
    expect(isMisdirected(responseOf(answer))).toBe(false)
  })

  test('is read so only with its status', () => {
    expect(saysAbsent(responseOf({ ...answer, status: 400 }))).toBe(false)
    expect(isMisdirected(responseOf({ ...answer, status: 405 }))).toBe(false)
  })
})

describe.each(Object.entries(OTHER_NOT_FOUND))('a 404 of another server: %s', (_, answer) => {
  test('says nothing about the registry', () => {
    expect(saysAbsent(responseOf(answer))).toBe(false)
    expect(isMisdirected(responseOf(answer))).toBe(true)
  })

  test('nor does it with 405, while other statuses have meanings of their own', () => {
    expect(isMisdirected(responseOf({ ...answer, status: 405 }))).toBe(true)
    for (const status of [200, 400, 401, 403, 410, 502]) {
      expect(isMisdirected(responseOf({ ...answer, status }))).toBe(false)
    }
  })
})
