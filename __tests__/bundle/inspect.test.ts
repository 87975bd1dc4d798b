import { readFileSync } from 'node:fs'
import { mkdir, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { archiveOf, gzipOf, tarOf } from '../support/charts/archives.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { storeChart, storeManifest } from '../support/charts/stored-chart.ts'
import { killWhen, runCli } from '../support/program.ts'
import type { RegistryAuth } from '../support/registry/registry.ts'
import { errorAnswer, sha256 } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const LOGIN: RegistryAuth = { kind: 'bearer', username: 'ci', password: 'correct horse' }
const ARCHIVE = archiveOf()
const NOT_GENUINE = gzipOf(
  tarOf([{ name: 'demo/Chart.yaml', body: 'apiVersion: v2\nname: demo\nversion: 1.2.3\n' }]),
  { marks: false }
)
const workspace = useWorkspace()
const startRegistry = useRegistries()

function inspect(args: readonly string[], options?: Parameters<typeof runCli>[2]) {
  return runCli(workspace, ['inspect', ...args], options)
}

async function inspectJson(args: readonly string[], options?: Parameters<typeof runCli>[2]) {
  const result = await inspect([...args, '--json'], options)
  const { results, error } = JSON.parse(result.stdout)
  return { ...result, results, error }
}

describe('an archive', () => {
  test('is told to be genuine, with the digest that a push would write', async () => {
    await workspace.write('.', { 'demo-1.2.3.tgz': ARCHIVE })
    const result = await inspect(['demo-1.2.3.tgz'])
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(result.stdout).toMatch(
      /^genuine {3}demo-1\.2\.3\.tgz {2}demo 1\.2\.3 sha256:[0-9a-f]{64}\n$/
    )
    expect(await workspace.leftovers()).toEqual([])
  })

  test('that is refused or only loadable is counted, with what that means', async () => {
    await workspace.write('.', { 'a.tgz': ARCHIVE, 'b.tgz': NOT_GENUINE, 'c.tgz': 'no archive' })
    const all = await inspect(['a.tgz', 'b.tgz', 'c.tgz'])
    expect([all.code, all.stderr]).toEqual([
      4,
      'Refused: 1 of 3 inputs. The exit code for this is 4.\nLoadable: 1 of 3 inputs. `publish` accepts these only with --require-genuine=false.\n'
    ])
    expect(await inspect(['b.tgz', '--require-genuine=false'])).toMatchObject({
      code: 0,
      stderr: ''
    })
  })

  test('has every key in JSON', async () => {
    const body = 'apiVersion: v2\nname: demo\nversion: v1.2.3+b\n'
    const archive = gzipOf(tarOf([{ name: 'demo/Chart.yaml', body }]))
    await workspace.write('.', { 'a.tgz': archive })
    const { stdout } = await inspect(['a.tgz', '--json'])
    const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      results: [
        {
          input: 'a.tgz',
          verdict: 'genuine',
          problems: [
            {
              code: 'version-hidden',
              severity: 'warning',
              message: expect.stringContaining('"v1.2.3_b"'),
              fix: expect.any(String)
            }
          ],
          name: 'demo',
          version: 'v1.2.3+b',
          tag: 'v1.2.3_b',
          digest,
          chartDigest: sha256(archive),
          configDigest: digest,
          size: archive.length,
          contentIdentity: expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
        }
      ],
      error: null
    })
  })

  test('that is no chart is refused, with what is known of it: exit code 4', async () => {
    await workspace.write('.', { 'a.tgz': 'no archive' })
    const { code, results } = await inspectJson(['a.tgz'])
    expect(code).toBe(4)
    expect(results).toMatchObject([
      {
        verdict: 'refused',
        problems: [{ code: 'not-gzip', severity: 'error' }],
        name: null,
        digest: null,
        chartDigest: sha256(Buffer.from('no archive')),
        size: 10
      }
    ])
  })

  test('that no registry would take is refused: a push would have no tag and no digest', async () => {
    const body = 'apiVersion: v2\nname: Demo\nversion: 1.2.3\n'
    await workspace.write('.', { 'a.tgz': gzipOf(tarOf([{ name: 'Demo/Chart.yaml', body }])) })
    const { code, results } = await inspectJson(['a.tgz'])
    expect(code).toBe(4)
    expect(results[0]).toMatchObject({ verdict: 'refused', tag: null, digest: null })
    expect(results[0].problems).toContainEqual(
      expect.objectContaining({ code: 'name-not-oci', severity: 'error' })
    )
  })

  test('that helm did not package is loadable: an error, or a warning when that is asked for', async () => {
    await workspace.write('.', { 'a.tgz': NOT_GENUINE })
    const strict = await inspect(['a.tgz'])
    expect(strict.code).toBe(0)
    expect(strict.stdout).toMatch(
      /^loadable {2}a\.tgz .*\n {2}error gzip-header-not-helm: .*\n {4}Fix: /
    )
    const lax = await inspect(['a.tgz', '--require-genuine=false'])
    expect(lax.stdout).toContain('\n  warning gzip-header-not-helm: ')
    expect(strict.stdout).toContain('set --require-genuine=false')
    expect(lax.stdout).not.toContain('set --require-genuine')
  })

  test('that is larger than any chart is refused without being read', async () => {
    await workspace.write('.', { 'a.tgz': '' })
    await truncate(workspace.path('a.tgz'), 2 ** 28 + 1)
    const { code, results } = await inspectJson(['a.tgz'])
    expect(code).toBe(4)
    expect(results[0]).toMatchObject({
      problems: [{ code: 'archive-too-large' }],
      size: 2 ** 28 + 1
    })
  })

  test.each([
    ['does not exist', 'nowhere.tgz', 'cannot be read: it does not exist (ENOENT)'],
    ['is a directory without a chart', 'tmp', 'does not contain a Chart.yaml']
  ])('that %s is an error of usage: exit code 2', async (_, path, why) => {
    const result = await inspect([path])
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.stderr).toContain(why)
  })

  test('has the digest of the manifest that publish writes of it', async () => {
    const registry = await startRegistry()
    const chart = await workspace.write('chart', chartFiles())
    const target = [`--registry=oci://${registry.host}/charts`, '--plain-http', '--json']
    const flags = [...target, `--destination=${workspace.path('out')}`]
    const published = await runCli(workspace, ['publish', chart, ...flags])
    const [{ archive, ref, ...publication }] = JSON.parse(published.stdout).results
    const { results } = await inspectJson([archive, `oci://${ref}`, '--plain-http'])
    const { digest, chartDigest, configDigest, size } = publication
    const expected = { verdict: 'genuine', problems: [], digest, chartDigest, configDigest, size }
    expect(results).toMatchObject([expected, expected])
  })
})

interface Golden {
  readonly cases: readonly {
    readonly name: string
    readonly tgz: string
    readonly prov: string
    readonly digest: string
  }[]
  readonly createdTimezones: readonly {
    readonly TZ: string
    readonly mtime: number
    readonly digest: string
  }[]
  readonly tzChart: string
}

describe('the digest is the one that helm push writes', () => {
  const fixture = join(import.meta.dirname, '../fixtures/helm/signed-push.json')
  const { cases, createdTimezones, tzChart }: Golden = JSON.parse(readFileSync(fixture, 'utf8'))

  test.each(createdTimezones)('in $TZ at $mtime', async ({ TZ, mtime, digest }) => {
    await workspace.write('.', { 'a.tgz': Buffer.from(tzChart, 'base64') })
    await utimes(workspace.path('a.tgz'), mtime, mtime)
    const { results } = await inspectJson(['a.tgz'], { environment: { TZ } })
    expect(results[0].digest).toBe(digest)
  })

  test.each(cases)('with provenance beside the archive, $name', async ({ tgz, prov, digest }) => {
    const files = { 'a.tgz': Buffer.from(tgz, 'base64'), 'a.tgz.prov': Buffer.from(prov, 'base64') }
    await workspace.write('.', files)
    await utimes(workspace.path('a.tgz'), 1704164645, 1704164645)
    const { results } = await inspectJson(['a.tgz'])
    expect(results[0]).toMatchObject({ verdict: 'genuine', problems: [], digest })
  })
})

describe('a reference', () => {
  test('by tag and by digest is told to be genuine; the token is for pull alone', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const { manifest } = await storeChart(registry, 'charts/demo:1.2.3')
    const place = `oci://${registry.host}/charts/demo`
    const references = [`${place}:1.2.3`, `${place}@${manifest.digest}`]
    const result = await inspect(
      [...references, '--plain-http', '--username=ci', '--password-stdin'],
      { stdin: 'correct horse\n' }
    )
    const login = `The login for ${registry.host} comes from --username and --password-stdin.\n`
    expect(result).toMatchObject({ code: 0, stderr: login })
    const lines = references.map((text) => `genuine   ${text}  demo 1.2.3 ${manifest.digest}\n`)
    expect(result.stdout).toBe(lines.join(''))
    const tokens = registry.requests.filter(({ url }) => url.startsWith('/token?'))
    expect(tokens.map(({ url }) => new URL(url, 'http://h').searchParams.get('scope'))).toEqual([
      'repository:charts/demo:pull'
    ])
    expect(registry.log.filter((line) => !line.startsWith('GET'))).toEqual([])
  })

  test('is read by three requests', async () => {
    const registry = await startRegistry()
    const { config, chart } = await storeChart(registry, 'charts/demo:1.2.3')
    await inspect([`oci://${registry.host}/charts/demo:1.2.3`, '--plain-http'])
    expect(registry.requests.map(({ url }) => url).sort()).toEqual([
      ...[config.digest, chart.digest].sort().map((digest) => `/v2/charts/demo/blobs/${digest}`),
      '/v2/charts/demo/manifests/1.2.3'
    ])
  })

  test('to an index leads to the one chart in it', async () => {
    const registry = await startRegistry()
    const { manifest, chart } = await storeChart(registry, 'charts/demo:child')
    const { mediaType, digest, size } = manifest
    const index = { schemaVersion: 2, manifests: [{ mediaType, digest, size }] }
    const type = 'application/vnd.oci.image.index.v1+json'
    storeManifest(registry, 'charts/demo:1.2.3', { content: index, type })
    const place = `oci://${registry.host}/charts/demo:1.2.3`
    const { results } = await inspectJson([place, '--plain-http'])
    expect(results[0]).toMatchObject({
      verdict: 'genuine',
      problems: [{ code: 'index', severity: 'warning' }],
      digest: sha256(Buffer.from(JSON.stringify(index))),
      chartDigest: chart.digest
    })
  })

  test('to blobs that lie elsewhere is followed there without the login', async () => {
    const storage = await startRegistry()
    const registry = await startRegistry({ auth: LOGIN })
    await storeChart(storage, 'charts/demo:1.2.3')
    await storeChart(registry, 'charts/demo:1.2.3')
    registry.fault = ({ url, headers }) => {
      if (!url.includes('/blobs/') || !headers.authorization) return undefined
      return { status: 307, headers: { location: `http://${storage.host}${url}` } }
    }
    const flags = ['--plain-http', '--username=ci', '--password-stdin']
    const reference = `oci://${registry.host}/charts/demo:1.2.3`
    const result = await inspect([reference, ...flags], { stdin: 'correct horse' })
    expect(result).toMatchObject({ code: 0 })
    expect(storage.requests).toHaveLength(2)
    expect(storage.requests.filter(({ headers }) => headers.authorization)).toEqual([])
  })

  test('to what is no chart is refused, with everything that is wrong', async () => {
    const registry = await startRegistry()
    const layer = {
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: registry.store.setBlob(ARCHIVE),
      size: ARCHIVE.length
    }
    storeManifest(registry, 'charts/demo:1.2.3', {
      content: { schemaVersion: 2, layers: [layer] },
      type: 'application/json'
    })
    const result = await inspect([`oci://${registry.host}/charts/demo:1.2.3`, '--plain-http'])
    expect(result.code).toBe(4)
    expect(result.stdout).toMatch(
      /^refused .*\n {2}error manifest-type: .*\n {4}Fix: .*\n {2}error config-type: .*\n {2}error chart-layer-type: .*\n {4}Fix: .*\n$/
    )
  })
})

describe('what cannot be read is told on standard error', () => {
  test.each([
    ['a tag that is not there', errorAnswer(404, 'MANIFEST_UNKNOWN', 'no such tag'), 2],
    ['a repository that is not there', errorAnswer(404, 'NAME_UNKNOWN', 'no such name'), 5],
    ['no right to read', errorAnswer(403, 'DENIED', 'not for you'), 5],
    ['a registry in trouble', { status: 503, body: 'down' }, 6]
  ])('%s, in the words of the registry', async (_, answer, exitCode) => {
    const registry = await startRegistry({ fault: () => answer })
    const reference = `oci://${registry.host}/charts/demo:1.2.3`
    const { code, stderr, results, error } = await inspectJson([reference, '--plain-http'])
    expect(code).toBe(exitCode)
    expect(results).toEqual([])
    expect(error).toMatchObject({
      exitCode,
      message: expect.stringContaining(String(answer.status))
    })
    expect(stderr).toContain('Fix: ')
  })

  test('a missing login: exit code 5', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const result = await inspect([`oci://${registry.host}/a/demo:1.2.3`, '--plain-http'])
    expect(result.code).toBe(5)
  })

  test('and the others are inspected all the same', async () => {
    await workspace.write('.', { 'a.tgz': ARCHIVE, 'b.tgz': 'no archive' })
    const { code, results, error } = await inspectJson(['nowhere.tgz', 'a.tgz', 'b.tgz'])
    expect(code).toBe(2)
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('nowhere.tgz') })
    expect(results).toMatchObject([
      { input: 'a.tgz', verdict: 'genuine' },
      { input: 'b.tgz', verdict: 'refused' }
    ])
  })

  test('and the first input that is refused or cannot be read decides on the exit code', async () => {
    await workspace.write('.', { 'b.tgz': 'no archive' })
    expect((await inspect(['b.tgz', 'nowhere.tgz'])).code).toBe(4)
    expect((await inspect(['nowhere.tgz', 'b.tgz'])).code).toBe(2)
  })

  test('an error of usage before anything was read as one JSON object', async () => {
    const { code, results, error } = await inspectJson([])
    expect({ code, results }).toEqual({ code: 2, results: [] })
    expect(error.message).toBe('`inspect` needs an archive, a chart directory or a reference.')
  })

  test('an interruption ends it: exit code 130', async () => {
    const registry = await startRegistry({ fault: () => 'hang' })
    const { code, error } = await inspectJson(
      [`oci://${registry.host}/a/demo:1.2.3`, '--plain-http'],
      { started: killWhen(() => registry.requests.length > 0, 'SIGINT') }
    )
    expect(code).toBe(130)
    expect(error.exitCode).toBe(130)
  })
})

test('hostile text of a registry reaches the terminal as visible text', async () => {
  const registry = await startRegistry()
  const layer = {
    mediaType: '\u001b[31m\n::error::x\r##[error]y',
    size: 1,
    digest: sha256(ARCHIVE)
  }
  const content = { schemaVersion: 2, config: layer, layers: [layer] }
  storeManifest(registry, 'charts/demo:1.2.3', { content })
  const result = await inspect([`oci://${registry.host}/charts/demo:1.2.3`, '--plain-http'])
  expect(result.code).toBe(4)
  for (const sign of ['\u001b', '\r', '\n::', '##[']) expect(result.stdout).not.toContain(sign)
})

test('knows nothing of what publish alone needs', async () => {
  await mkdir(workspace.path('out'))
  await writeFile(workspace.path('a.tgz'), ARCHIVE)
  const result = await inspect(['a.tgz', '--destination=out'])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain(
    '`inspect` has no flag --destination.\n  Fix: See `publish-helm-chart help inspect`.'
  )
})

test('help inspect tells verdicts and flags', async () => {
  const { stdout } = await runCli(workspace, ['help', 'inspect'])
  for (const word of ['genuine', 'loadable', 'refused', '--require-genuine', '--password-stdin']) {
    expect(stdout).toContain(word)
  }
})

test('a registry that keeps one input waiting is given up after the time-out; the next input gets its own', async () => {
  const registry = await startRegistry()
  await storeChart(registry, 'team/demo:1.2.3', ARCHIVE)
  registry.fault = ({ url }) => (url.includes('/slow/') ? 'hang' : undefined)
  const inputs = ['team/slow/demo', 'team/demo'].map(
    (name) => `oci://${registry.host}/${name}:1.2.3`
  )
  const result = await inspect([...inputs, '--plain-http', '--timeout=1'])
  expect(result.code).toBe(6)
  expect(result.stderr).toContain(
    'took longer than 1 s; it was waiting for the answer to GET http://'
  )
  expect(result.stdout).toContain(inputs[1])
})

describe('a chart directory', () => {
  const dependency = (name: string, version: string, repository: string) =>
    `- {name: ${name}, version: ${version}, repository: "${repository}"}\n`
  const extra = [
    'dependencies:\n',
    dependency('ok', '1.x', 'https://charts.example.com'),
    dependency('lost', '^2', 'oci://registry.example.com/charts'),
    dependency('old', '^2', 'https://charts.example.com'),
    dependency('bad', '1.0.0', 'https://charts.example.com')
  ].join('')
  const subchart = (name: string, version: string) =>
    gzipOf(
      tarOf([
        { name: `${name}/Chart.yaml`, body: `apiVersion: v2\nname: ${name}\nversion: ${version}\n` }
      ])
    )

  test('says of each dependency what charts/ has of it, and asks nobody', async () => {
    await workspace.write('chart', {
      ...chartFiles({ extra }),
      'charts/ok-1.2.0.tgz': subchart('ok', '1.2.0'),
      'charts/old-1.0.0.tgz': subchart('old', '1.0.0'),
      'charts/bad-1.0.0.tgz': 'no archive',
      'charts/more/Chart.yaml': 'apiVersion: v2\nname: more\nversion: 1.0.0\n'
    })
    const { code, results } = await inspectJson(['chart'])
    expect(code).toBe(0)
    expect(results[0]).toMatchObject({
      verdict: 'loadable',
      name: 'demo',
      problems: [{ code: 'dependency-undeclared', severity: 'warning' }]
    })
    expect(results[0].dependencies).toEqual([
      {
        name: 'ok',
        version: '1.x',
        repository: 'https://charts.example.com',
        status: 'ok',
        message: 'charts/ok-1.2.0.tgz has version 1.2.0.'
      },
      expect.objectContaining({ name: 'lost', status: 'missing' }),
      expect.objectContaining({
        name: 'old',
        status: 'stale',
        message: 'charts/old-1.0.0.tgz has version 1.0.0, Chart.yaml requires "^2".'
      }),
      expect.objectContaining({ name: 'bad', status: 'unreadable' }),
      expect.objectContaining({ name: 'more', status: 'undeclared', version: null })
    ])
    const { stdout, stderr } = await inspect(['chart'])
    expect(stdout).toContain(
      '  missing    lost (^2, oci://registry.example.com/charts): It is not in charts/'
    )
    expect(stderr).toBe('')
  })

  test('that publish would refuse is refused, though what can be fetched is no problem', async () => {
    const vendored = `dependencies:\n${dependency('here', '1.0.0', '')}`
    await workspace.write('chart', chartFiles({ extra: vendored }))
    const { code, results } = await inspectJson(['chart'])
    expect(code).toBe(4)
    expect(results[0]).toMatchObject({
      verdict: 'refused',
      problems: [{ code: 'dependency-missing', severity: 'error' }]
    })
  })

  test('with a repository that has a name: where its URL stands is for publish to find out', async () => {
    const named = `dependencies:\n${dependency('lost', '1.0.0', '@mine')}`
    await workspace.write('chart', chartFiles({ extra: named }))
    const { code, results } = await inspectJson(['chart'])
    expect(code).toBe(0)
    expect(results[0]).toMatchObject({
      verdict: 'loadable',
      problems: [],
      dependencies: [{ name: 'lost', repository: '@mine', status: 'missing' }]
    })
  })
})
