import { describe, expect, test } from '@jest/globals'
import type { RegistryClient } from '../../../src/oci/client.ts'
import type { Reference } from '../../../src/oci/spec/reference.ts'
import { artifactOf, referenceIn, useClients } from '../../support/registry/clients.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const ARTIFACT = artifactOf('a')
const startRegistry = useRegistries()
const makeClient = useClients()

const REQUESTS: readonly [string, (client: RegistryClient, at: Reference) => Promise<unknown>][] = [
  ['the look at a tag', (client, at) => client.getManifest(at)],
  ['an upload', (client, { repository }) => client.pushBlob(repository, ARTIFACT.config)],
  ['the write of a tag', (client, at) => client.putManifest(at, ARTIFACT.manifest)],
  ['a list of tags', (client, { repository }) => client.listTags(repository)]
]

async function redirect(
  location: string | undefined,
  act = REQUESTS[0]?.[1],
  status = 301
): Promise<unknown> {
  const registry = await startRegistry({
    fault: () => ({ status, headers: location === undefined ? {} : { location } })
  })
  const { client } = makeClient(registry)
  return act?.(client, referenceIn(registry)).catch((error: unknown) => error)
}

describe.each(REQUESTS)('%s that is redirected', (_, act) => {
  test.each([301, 302, 303, 307, 308])(
    'by %i says where to, and how to get there',
    async (status) => {
      const error = await redirect(
        'https://new.test/v2/charts/demo/manifests/1.0.0?token=secret',
        act,
        status
      )
      expect(error).toMatchObject({
        exitCode: 6,
        message: expect.stringContaining(
          `it redirects to https://new.test/v2/charts/demo/manifests/1.0.0 (${status}), which is not followed.`
        ),
        fix: expect.stringContaining('set `registry` to oci://new.test/charts.')
      })
    }
  )
})

describe('the fix of a redirect', () => {
  test.each([
    [
      'https://new.test/v2/charts/demo/manifests/1',
      /Use new\.test\/charts\/demo instead of .*\/team\/demo: set `registry` to oci:\/\/new\.test\/charts\.$/
    ],
    [
      'https://new.test/v2/charts/other/manifests/1',
      /Use new\.test\/charts\/other instead of [^:]*:\d+\/team\/demo\.$/
    ],
    ['/v2/moved/demo/manifests/1.0.0', /set `registry` to oci:\/\/127\.0\.0\.1:\d+\/moved\.$/],
    ['https://127.0.0.1/v2/team/demo/manifests/1.0.0', /^Do not set `plain-http` for 127\.0\.0\.1/],
    ['/v2/team/demo/manifests/1.0.0', /redirects to itself/],
    ['https://sso.test/login?rd=x', /no login page or proxy/],
    ['/login', /no login page or proxy/],
    ['mailto:someone@example.test', /no login page or proxy/]
  ])('to %s', async (location, fix) => {
    expect(await redirect(location)).toMatchObject({ fix: expect.stringMatching(fix) })
  })

  test.each([undefined, 'http://[', ''])('that leads nowhere (%s)', async (location) => {
    expect(await redirect(location)).toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('redirects (301) without a valid URL')
    })
  })

  test('shows no login', async () => {
    const error = await redirect('https://user:hunter2@new.test/v2/charts/demo/manifests/1')
    expect(JSON.stringify([error, String(error)])).not.toContain('hunter2')
  })
})
