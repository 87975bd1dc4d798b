import { describe, expect, test } from '@jest/globals'
import { registerInputLogins } from '../../src/inputs/input-logins.ts'
import { parseInputs } from '../../src/inputs/inputs.ts'
import { findCharts } from '../../src/publish/source/find-charts.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../support/log.ts'

const ADDRESSES = [
  'https://user:hunter2@host.example/x',
  'oci://user:hun/ter2@host.example/x',
  'oci://user:hunter2#?@host.example/x',
  'oci://user:hunter2@x@host.example/x@sha256:abc',
  'HTTPS://hunter2-token@host.example',
  'https://user:12#hunter2@host.example',
  'https://host.example/?token=hunter2&x=1',
  'https://host.example/x.tgz?X-Amz-Credential=a&X-Amz-Signature=hunter2',
  'https://user:hunter2@[::1',
  'weird+scheme://user:hunter2@host.example'
]
const BARE = [
  'user:hunter2@host.example/x',
  'user:hun/ter2@host.example',
  'user:hunter2@host:1/x:1.0@sha256:abc'
]

describe.each([
  'chart',
  'registry',
  'token-hosts',
  'helm-download-url',
  'annotations',
  'destination',
  'oci-layout',
  'ca'
])('a login in `%s`', (name) => {
  test.each(ADDRESSES)('is masked, as in %s', (address) => {
    const secrets = new SecretRegistry(() => undefined)
    registerInputLogins({ [name]: `first\nkey=${address}\nlast` }, secrets)
    expect(secrets.redact(`they said ${address}, ${address.split('://')[1]}`)).not.toMatch(/hun/)
  })
})

test.each(['chart', 'registry', 'token-hosts', 'helm-download-url'])(
  'a login without a scheme in `%s` is masked',
  (name) => {
    for (const address of BARE) {
      const secrets = new SecretRegistry(() => undefined)
      registerInputLogins({ [name]: ` ${address}` }, secrets)
      expect(secrets.redact(`they said ${address}`)).not.toMatch(/hun/)
    }
  }
)

test.each([
  ['chart', 'charts/@scope/demo'],
  ['chart', 'oci-layout:out@v2'],
  ['chart', 'oci-layout:out@sha256:0a1b'],
  ['chart', 'C:\\charts@v1'],
  ['chart', '!charts/a:b'],
  ['chart', 'oci://host.example:5000/charts/demo:1.2.3@sha256:0a1b'],
  ['registry', 'oci://host.example:5000/charts'],
  ['registry', 'ghcr.io/acme'],
  ['annotations', 'source=https://www.npmjs.com/package/@types/node'],
  ['annotations', 'maintainer=Jane Doe <jane.doe@example.com>'],
  ['annotations', 'contact=mailto:jane.doe@example.com'],
  ['annotations', 'url=https://host.example:8443/@jane/x?page=2'],
  ['destination', '/srv/jane.doe@example.com/out'],
  ['helm-download-url', 'https://git@host.example/x']
])('what is not a login is not masked: `%s` %s', (name, text) => {
  const masked: string[] = []
  registerInputLogins({ [name]: text }, new SecretRegistry((form) => masked.push(form)))
  expect(masked).toEqual([])
})

/** So short that no mask can hide it: the messages themselves must not show it. */
const SHORT = ['oci://u:pw!@h.example/x', 'oci://u:p/w!@h.example/x', 'u:pw!@h.example/x']

describe.each(SHORT)('the short password of %s is in no error', (address) => {
  test.each([
    'registry',
    'token-hosts',
    'insecure-skip-tls-verify',
    'plain-http',
    'helm-download-url'
  ])('about `%s`', (name) => {
    const texts = { registry: 'oci://h.example/x', [name]: address }
    expect(() => parseInputs({ texts, password: undefined })).toThrow(
      /h\.example|helm-download-url/
    )
    expect(() => parseInputs({ texts, password: undefined })).not.toThrow(/pw!|p\/w!/)
  })

  test.each(['', '/*'])('about `chart`%s', async (pattern) => {
    const selection = { included: [address + pattern], excluded: [`${address}/*`] }
    const logger = new RecordingLogger()
    const rules = { ifNoChartsFound: 'error', allowOutsideFiles: false } as const
    const options = { ...rules, logger, folder: '/nowhere', signal: AbortSignal.timeout(60_000) }
    await expect(findCharts(selection, options)).rejects.toThrow(/\*\*\*@h\.example/)
    await expect(findCharts(selection, options)).rejects.not.toThrow(/pw!|p\/w!/)
    await findCharts({ ...selection, included: [] }, { ...options, ifNoChartsFound: 'ignore' })
    expect(logger.lines.join()).not.toMatch(/pw!|p\/w!/)
  })
})
