import { describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/shared/failure.ts'
import { readSigningConfig, signingServicesIn } from '../../src/sigstore/signing-config.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const NOW = new Date('2026-11-30T12:00:00Z')
const ALWAYS = { start: '2020-01-01T00:00:00Z' }
const OVER = { start: '2020-01-01T00:00:00Z', end: '2026-01-01T00:00:00Z' }
const LATER = { start: '2027-01-01T00:00:00Z' }

function service(url: string, majorApiVersion = 1, more: Readonly<Record<string, unknown>> = {}) {
  return { url, majorApiVersion, validFor: ALWAYS, operator: 'test', ...more }
}

const CONFIG = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  caUrls: [service('https://fulcio.test')],
  rekorTlogUrls: [service('https://v1.rekor.test'), service('https://v2.rekor.test', 2)],
  tsaUrls: [service('https://tsa.test/api/v1/timestamp')],
  rekorTlogConfig: { selector: 'ANY' },
  tsaConfig: { selector: 'ANY' }
}

function servicesOf(more: Readonly<Record<string, unknown>> = {}) {
  const bytes = Buffer.from(JSON.stringify({ ...CONFIG, ...more }))
  return signingServicesIn(bytes, { path: 'config.json', now: NOW })
}

function hostsOf(more: Readonly<Record<string, unknown>>) {
  const { logs, timestampAuthorities } = servicesOf(more)
  return [...logs.map(({ url }) => url), ...timestampAuthorities].map(({ host }) => host)
}

describe('the services of a signing configuration', () => {
  test('are the newest that are known: Rekor v2 before v1', () => {
    expect(servicesOf()).toEqual({
      name: 'the services of config.json',
      authority: new URL('https://fulcio.test'),
      logs: [{ url: new URL('https://v2.rekor.test'), version: 2 }],
      timestampAuthorities: [new URL('https://tsa.test/api/v1/timestamp')]
    })
  })

  test('are valid now', () => {
    const rekorTlogUrls = [
      service('https://v1.rekor.test'),
      service('https://over.rekor.test', 2, { validFor: OVER }),
      service('https://later.rekor.test', 2, { validFor: LATER }),
      service('https://unknown.rekor.test', 3)
    ]
    expect(hostsOf({ rekorTlogUrls })).toEqual(['v1.rekor.test', 'tsa.test'])
  })

  test('are one of each operator, where all or so many are wanted', () => {
    const tsaUrls = ['a', 'b', 'a'].map((operator, index) => {
      return service(`https://tsa${index}.test`, 1, { operator })
    })
    const of = (tsaConfig: object) => hostsOf({ tsaUrls, tsaConfig }).slice(1)
    expect(of({ selector: 'ALL' })).toEqual(['tsa0.test', 'tsa1.test'])
    expect(of({ selector: 'EXACT', count: 1 })).toEqual(['tsa0.test'])
    expect(of({ selector: 'ANY' })).toEqual(['tsa0.test'])
    expect(() => of({ selector: 'EXACT', count: 3 })).toThrow(
      'requires 3 services of different operators'
    )
  })

  test('may have no log when they have a timestamp authority', () => {
    expect(hostsOf({ rekorTlogUrls: [] })).toEqual(['tsa.test'])
  })

  test.each([
    ['no certificate authority', { caUrls: [] }, 'has no certificate authority'],
    [
      'one that is over',
      { caUrls: [service('https://x', 1, { validFor: OVER })] },
      'has no certificate'
    ],
    [
      'an address of another kind',
      { caUrls: [service('file:///etc')] },
      'without an http or https URL'
    ],
    ['no address', { caUrls: [service('')] }, 'without an http or https URL'],
    ['no time', { tsaUrls: [] }, 'has no timestamp authority'],
    ['another type', { mediaType: 'application/json' }, 'is not of the type']
  ])('with %s are a usage error', (_, more, why) => {
    expect(() => servicesOf(more)).toThrow(Failure)
    expect(() => servicesOf(more)).toThrow(why)
  })
})

test('a file that cannot be read is a usage error', async () => {
  const options = { now: NOW, signal: new AbortController().signal }
  const missing = readSigningConfig(workspace.path('none.json'), options)
  await expect(missing).rejects.toMatchObject({ kind: 'usage' })
  const path = `${await workspace.write('', { 'config.json': 'no JSON' })}/config.json`
  await expect(readSigningConfig(path, options)).rejects.toThrow('is not JSON')
})
