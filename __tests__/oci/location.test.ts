import { describe, expect, test } from '@jest/globals'
import { hasLostTls, pageUrl, sessionUrl, uploadUrl } from '../../src/oci/location.ts'
import { digestOf } from '../../src/oci/spec/blob.ts'

const REQUEST = new URL('https://reg.example/v2/a/b/blobs/uploads/')
const DIGEST = digestOf(Buffer.from('x'))
const QUERY = `digest=${DIGEST.replace(':', '%3A')}`

describe('the upload goes to the Location, its query kept and the digest added', () => {
  test.each([
    ['/v2/a/b/blobs/uploads/1', `https://reg.example/v2/a/b/blobs/uploads/1?${QUERY}`],
    ['/v2/u/1?_state=a~b%20c==&z', `https://reg.example/v2/u/1?_state=a~b%20c==&z&${QUERY}`],
    ['https://reg.example/v2/u/1?s=1', `https://reg.example/v2/u/1?s=1&${QUERY}`],
    ['https://reg.example:443/v2/u/1', `https://reg.example/v2/u/1?${QUERY}`],
    ['//reg.example/v2/u/1', `https://reg.example/v2/u/1?${QUERY}`],
    ['1b2c?_state=x:y', `https://reg.example/v2/a/b/blobs/uploads/1b2c?_state=x:y&${QUERY}`],
    ['https://user:pw@reg.example/v2/u/1#part', `https://reg.example/v2/u/1?${QUERY}`],
    ['?session=1', `https://reg.example/v2/a/b/blobs/uploads/?session=1&${QUERY}`]
  ])('%s', (location, url) => {
    expect(uploadUrl(sessionUrl(location, REQUEST), DIGEST).href).toBe(url)
  })
})

test.each(['http://reg.example/v2/u/1', 'http://reg.example:443/v2/u/1'])(
  'a proxy that forgets its TLS (%s) does not bring us to speak http',
  (location) => {
    expect(uploadUrl(sessionUrl(location, REQUEST), DIGEST).href).toBe(
      `https://reg.example/v2/u/1?${QUERY}`
    )
  }
)

describe('nothing is sent to', () => {
  test.each([
    ['https://other.example/v2/u/1', 'to another server'],
    ['https://reg.example:8443/v2/u/1', 'to another server'],
    ['//other.example/v2/u/1', 'to another server'],
    ['http://169.254.169.254/v2/u/1', 'to another server'],
    ['http://127.0.0.1/v2/u/1', 'to another server'],
    ['http://2130706433/v2/u/1', 'to another server'],
    ['http://[::ffff:a9fe:a9fe]/v2/u/1', 'to another server'],
    ['/\\\\other.example/v2/u/1', 'to another server'],
    ['https,http://reg.example/v2/u/1', 'a Location that is not a URL'],
    ['data:text/plain,x', 'a Location that is not a URL'],
    ['file:///etc/passwd', 'a Location that is not a URL'],
    ['https://[', 'a Location that is not a URL'],
    [undefined, 'no Location'],
    ['', 'no Location']
  ])('%s', (location, why) => {
    expect(() => sessionUrl(location, REQUEST)).toThrow(why)
  })
})

test('a plain-http registry may not name an https place on another port either', () => {
  const request = new URL('http://reg.example:5000/v2/a/blobs/uploads/')
  expect(() => sessionUrl('https://reg.example/v2/u/1', request)).toThrow('to another server')
})

test('the refusal of another place names the setting of distribution that leads there', () => {
  expect(() => sessionUrl('https://internal.example/v2/u/1', REQUEST)).toThrow(
    expect.objectContaining({ fix: expect.stringContaining('`http.host` of distribution') })
  )
})

test('a Location that has lost its TLS is told from others', () => {
  expect(hasLostTls('http://reg.example/v2/u/1', REQUEST)).toBe(true)
  expect(hasLostTls('/v2/u/1', REQUEST)).toBe(false)
})

describe('the next page of a list is', () => {
  const request = new URL('https://reg.example/v2/a/tags/list')

  test.each([
    ['/v2/a/tags/list?last=b', 'https://reg.example/v2/a/tags/list?last=b'],
    ['?last=b', 'https://reg.example/v2/a/tags/list?last=b'],
    ['http://reg.example/v2/a/tags/list?last=b', 'https://reg.example/v2/a/tags/list?last=b']
  ])('found by %s', (link, url) => {
    expect(pageUrl(link, request).href).toBe(url)
  })

  test.each(['https://other.example/v2/a/tags/list', 'https://reg.example:1/', 'file:///etc'])(
    'not looked for at %s',
    (link) => {
      expect(() => pageUrl(link, request)).toThrow('a list that continues at')
    }
  )
})
