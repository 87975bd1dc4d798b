import { beforeEach, describe, expect, test } from '@jest/globals'
import { blobOf } from '../../src/oci/spec/blob.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { packedChart } from '../support/charts/packed-chart.ts'
import { always, first, isGetManifest, isPutManifest } from '../support/faults/faults.ts'
import { killWhen, type ProgramOptions, runCli } from '../support/program.ts'
import { descriptorOf, manifestOf } from '../support/registry/clients.ts'
import { closedPort } from '../support/registry/closed-port.ts'
import type { Fault, TestRegistry } from '../support/registry/registry.ts'
import { errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { attachedTo, SourceChart } from '../support/registry/source-chart.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const MIB = 1024 * 1024
const IMAGE = 'application/vnd.oci.image.config.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'
let from: TestRegistry
let to: TestRegistry
let source: SourceChart

beforeEach(async () => {
  from = await startRegistry()
  to = await startRegistry()
  source = new SourceChart(from)
})

async function copy(args: readonly string[] = [source.ref()], options: ProgramOptions = {}) {
  const target = [`--registry=oci://${to.host}/prod`, '--plain-http']
  const ran = await runCli(workspace, ['publish', ...args, ...target, '--json'], options)
  const { results, error } = JSON.parse(ran.stdout || '{"results":[]}')
  const text = `${results[0]?.error?.message ?? error?.message}`
  return { ...ran, results, text }
}

function there(pointer: string): Buffer | undefined {
  return to.store.manifest('prod/demo', pointer)
}

function puts({ log }: TestRegistry): readonly string[] {
  return log.filter((line) => line.startsWith('PUT'))
}

async function expectSoundCopy(): Promise<void> {
  to.fault = undefined
  from.fault = undefined
  const { code, results } = await copy()
  expect([code, results[0]]).toMatchObject([0, { status: 'published', digest: source.digest }])
}

/** Nothing but blobs was sent. */
async function expectRefusal(code: number, said: RegExp | string): Promise<void> {
  const ran = await copy()
  expect([ran.code, puts(to)]).toEqual([code, []])
  expect(ran.text).toMatch(said)
  expect(await workspace.leftovers()).toEqual([])
}

describe('a target that does not take what is attached gets no version, with 9, and later does:', () => {
  const isPutReferrer: Parameters<typeof always>[0] = (request) => {
    return isPutManifest(request) && request.body.includes('"subject"')
  }
  const isPutIndex: Parameters<typeof always>[0] = (request) => {
    return isPutManifest(request) && request.url.endsWith(source.indexTag)
  }
  const isPutSignature: Parameters<typeof always>[0] = (request) => {
    return isPutManifest(request) && request.url.endsWith('.sig')
  }
  const cases: readonly (readonly [string, () => Fault])[] = [
    [
      'no manifest with a subject',
      () => always(isPutReferrer, errorAnswer(400, 'MANIFEST_INVALID', 'unknown field subject'))
    ],
    ['no artifact of that type', () => always(isPutReferrer, errorAnswer(403, 'DENIED', 'no'))],
    ['no index of referrers', () => always(isPutIndex, errorAnswer(405, 'UNSUPPORTED', 'no'))],
    ['no tag of cosign', () => always(isPutSignature, errorAnswer(403, 'DENIED', 'no such tags'))]
  ]

  test.each(cases)('%s', async (_, fault) => {
    source.attach('an SBOM')
    source.tagAsCosign('.sig', 'one')
    to.fault = fault()
    const { code, results, text } = await copy()
    expect([code, results[0]?.status, there('1.2.3')]).toEqual([9, 'failed', undefined])
    expect(text).toContain(`${to.host}/prod/demo:1.2.3 cannot get what is attached to its source`)
    await expectSoundCopy()
  })
})

describe('a tag of cosign at the target', () => {
  test('with other signatures is left, and ends the copy before the version', async () => {
    source.tagAsCosign('.sig', 'of staging')
    const theirs = new SourceChart(to, { name: 'prod/demo' }).tagAsCosign('.sig', 'of others')
    to.store.removeManifest('prod/demo', '1.2.3')
    const { code, text } = await copy()
    expect([code, there('1.2.3')]).toEqual([9, undefined])
    expect(text).toContain('exists, without the signatures that are to be copied there')
    expect(there(`${source.indexTag}.sig`)).toEqual(theirs.bytes)
  })

  test('with the same signatures and more is left, and the copy goes on', async () => {
    source.tagAsCosign('.sig', 'of staging')
    const target = new SourceChart(to, { name: 'prod/demo' })
    const theirs = target.tagAsCosign('.sig', 'of staging', 'of production')
    const { code, results } = await copy()
    expect([code, results[0]]).toMatchObject([0, { status: 'unchanged', warnings: [] }])
    expect(there(`${source.indexTag}.sig`)).toEqual(theirs.bytes)
  })
})

describe('what is attached, and cannot be copied, ends the run before anything is written:', () => {
  test('more than 50', async () => {
    for (let count = 0; count < 51; count++) source.attach(`number ${count}`)
    await expectRefusal(9, /it has 51 of them, and 50 are copied at most/)
  })

  test('more than 10 MiB together', async () => {
    source.attach('a'.repeat(6 * MIB))
    source.attach('b'.repeat(5 * MIB))
    await expectRefusal(9, /more than 10 MiB/)
    const sizes = from.requests.map(({ url }) => url).filter((url) => url.includes('/blobs/'))
    // Config and archive of the chart, config and blob of the first one.
    expect(sizes).toHaveLength(4)
  })

  test('a blob whose manifest says that it is huge, which is not read', async () => {
    const { manifest, layers } = attachedTo(source.artifact.manifest, 'small')
    const content = JSON.parse(String(manifest.bytes))
    content.layers[0].size = Number.MAX_SAFE_INTEGER
    source.attachManifest(manifestOf(content))
    await expectRefusal(9, /more than 10 MiB/)
    expect(from.log.join()).not.toContain(`/blobs/${layers[0]?.digest}`)
  })

  test('a manifest that is listed with another size', async () => {
    const manifest = source.attach('an SBOM')
    source.listAll([{ ...descriptorOf(manifest), size: manifest.size + 1 }])
    await expectRefusal(9, /is listed with/)
  })

  test('a manifest that has other bytes', async () => {
    const manifest = source.attach('an SBOM')
    from.fault = always(({ url }) => url.endsWith(manifest.digest), {
      status: 200,
      headers: { 'content-type': manifest.mediaType },
      body: `${manifest.bytes} `
    })
    await expectRefusal(9, /the registry has other bytes for/)
  })

  test('an index', async () => {
    const content = { schemaVersion: 2, mediaType: INDEX, manifests: [] }
    source.attachManifest(blobOf(INDEX, Buffer.from(JSON.stringify(content))))
    await expectRefusal(9, /is not an OCI image manifest/)
  })

  test.each([
    ['is gone', 'does not exist'],
    ['has other bytes', 'has other bytes in the registry']
  ])('a blob that %s', async (what, said) => {
    const layer = attachedTo(source.artifact.manifest, 'an SBOM').layers[0]
    source.attach('an SBOM')
    from.fault = always(
      ({ url }) => url.endsWith(`/blobs/${layer?.digest}`),
      what === 'is gone'
        ? errorAnswer(404, 'BLOB_UNKNOWN', 'gone')
        : { status: 200, body: 'an SBOX' }
    )
    await expectRefusal(9, said)
  })
})

describe('what is listed as attached, and is not, is left out with a warning:', () => {
  test('a manifest that is gone', async () => {
    const { digest } = source.attach('an SBOM')
    from.store.removeManifest(source.name, digest)
    const { code, results } = await copy()
    expect(code).toBe(0)
    expect(results[0].warnings).toEqual([expect.stringContaining('the registry no longer has it')])
  })

  test('a manifest that names another subject', async () => {
    const subject = packedChart({ version: '9.9.9' }).artifact.manifest
    const { digest } = source.attach('an SBOM', { subject })
    const { code, results } = await copy()
    expect([code, there(digest)]).toEqual([0, undefined])
    expect(results[0].warnings).toEqual([expect.stringContaining('it names another subject')])
  })
})

test('a tag of cosign whose manifest attaches itself to another chart is left out, with a warning', async () => {
  const subject = packedChart({ version: '9.9.9' }).artifact.manifest
  const { config, layers, manifest } = attachedTo(subject, 'for another')
  for (const { bytes } of [config, ...layers]) from.store.setBlob(bytes)
  const { mediaType: type, bytes } = manifest
  from.store.setManifest(source.name, `${source.indexTag}.sig`, { type, bytes })
  const { code, results } = await copy()
  expect([code, there(`${source.indexTag}.sig`), there('1.2.3')]).toEqual([
    0,
    undefined,
    source.artifact.manifest.bytes
  ])
  expect(results[0].warnings).toEqual([expect.stringContaining('but it names another subject')])
})

describe('a chart that is not what its reference looks like is copied under its own name, with a warning:', () => {
  test.each([
    ['a repository of another name', 'staging/other', '1.2.3', ['the chart is named "demo"']],
    ['a tag of another version', 'staging/demo', '1.0.0', ['the version of the chart is "1.2.3"']],
    ['a tag that is no version', 'staging/demo', 'latest', []]
  ])('%s', async (_, name, tag, said) => {
    const one = new SourceChart(from, { name, tag })
    const { code, results } = await copy([one.ref(tag)])
    expect([code, results[0].ref]).toEqual([0, `${to.host}/prod/demo:1.2.3`])
    expect(results[0].warnings).toEqual(said.map((text) => expect.stringContaining(text)))
  })

  test('by its digest, its tags do not matter', async () => {
    const one = new SourceChart(from, { tag: '1.0.0' })
    const { code, results } = await copy([one.ref(one.digest)])
    expect([code, results[0].warnings]).toEqual([0, []])
  })
})

describe('what is no chart is refused, with 4, before anything is written:', () => {
  const chart = () => JSON.parse(String(source.artifact.manifest.bytes))

  test('an index', async () => {
    const { manifest } = source.artifact
    source.replace(
      { schemaVersion: 2, mediaType: INDEX, manifests: [descriptorOf(manifest)] },
      INDEX
    )
    await expectRefusal(4, /is not a chart, but an index of 1 manifests/)
  })

  test('a container image', async () => {
    const { config } = chart()
    source.replace({ schemaVersion: 2, config: { ...config, mediaType: IMAGE }, layers: [] })
    await expectRefusal(4, /is not a chart, but a container image/)
  })

  test('a chart with another type of config', async () => {
    const { config, ...rest } = chart()
    source.replace({ ...rest, config: { ...config, mediaType: 'application/json' } })
    await expectRefusal(4, /is a chart that Helm cannot use/)
  })

  test('a chart that has a subject', async () => {
    source.replace({ ...chart(), subject: descriptorOf(source.artifact.manifest) })
    await expectRefusal(4, /has a subject, which no chart has/)
  })

  test('a manifest with the same layer a thousand times', async () => {
    const { layers, ...rest } = chart()
    source.replace({ ...rest, layers: Array.from({ length: 1000 }, () => layers[0]) })
    await expectRefusal(4, /has 1000 layers/)
    expect(from.log.filter((line) => line.includes('/blobs/'))).toEqual([])
  })

  test('a config of another version than the archive has', async () => {
    const { config } = packedChart({ version: '9.9.9' }).artifact
    from.store.setBlob(config.bytes)
    source.replace({ ...chart(), config: descriptorOf(config) })
    await expectRefusal(4, /`version` in the config is "9.9.9"/)
  })

  test.each([
    ['config', 5 * MIB],
    ['archive', 300 * MIB],
    ['provenance', 9 * MIB]
  ])('one whose %s is too large to be read', async (part, size) => {
    const content = chart()
    const provenance = {
      mediaType: 'application/vnd.cncf.helm.chart.provenance.v1.prov',
      digest: `sha256:${'1'.repeat(64)}`
    }
    if (part === 'provenance') content.layers.push(provenance)
    const place = part === 'config' ? content.config : content.layers.at(-1)
    place.size = size
    source.replace(content)
    await expectRefusal(4, /was not read/)
    expect(from.log.join()).not.toContain(`/blobs/${place.digest}`)
  })

  test.each([
    ['is gone', errorAnswer(404, 'BLOB_UNKNOWN', 'gone'), 'is not in the registry'],
    ['has other bytes', { status: 200, body: 'x' }, 'bytes in the registry']
  ])('one whose archive %s', async (_, answer, said) => {
    const { digest } = source.artifact.chart
    from.fault = always(({ url }) => url.endsWith(`/blobs/${digest}`), answer)
    await expectRefusal(4, said)
  })

  test('an archive that helm did not make, unless that is allowed', async () => {
    const { bytes } = packedChart({ isGenuine: false }).archive
    source = new SourceChart(from, { archive: bytes })
    await expectRefusal(4, '')
    const { code, results } = await copy([source.ref(), '--require-genuine=false'])
    expect([code, results[0].digest, results[0].warnings.length]).toEqual([0, source.digest, 1])
  })
})

test('another manifest than the digest that was asked for is refused, with 6', async () => {
  const { mediaType, bytes } = source.artifact.manifest
  const answer = { status: 200, headers: { 'content-type': mediaType }, body: `${bytes} ` }
  from.fault = always(isGetManifest, answer)
  const { code, text } = await copy([source.ref(source.digest)])
  expect([code, puts(to)]).toEqual([6, []])
  expect(text).toContain('with other bytes')
})

describe('a source that cannot be read', () => {
  test.each([
    ['is not there', errorAnswer(404, 'MANIFEST_UNKNOWN', 'unknown'), 2],
    ['may not be read', errorAnswer(403, 'DENIED', 'no'), 5],
    ['needs a login', { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }, 5],
    ['fails for good', errorAnswer(501, 'UNSUPPORTED', 'not here'), 6]
  ])('since it %s, is named, and nothing is pushed of others', async (_, answer, wanted) => {
    await workspace.write('chart', chartFiles({ name: 'other' }))
    from.fault = always(isGetManifest, answer)
    const { code, results } = await copy([source.ref(), 'chart'])
    expect([code, puts(to)]).toEqual([wanted, []])
    expect(results.map(({ status }: { status: string }) => status)).toEqual([
      'failed',
      'not-attempted'
    ])
    expect(results[0].error.message).toContain(`${from.host}/staging/demo`)
  })

  test('since nobody answers, is named with 6', async () => {
    const ref = `oci://${await closedPort()}/staging/demo:1.2.3`
    const { code, text } = await copy([ref])
    expect([code, puts(to)]).toEqual([6, []])
    expect(text).toContain(`The chart ${ref} cannot be read:`)
  })

  test('in this moment is asked again', async () => {
    from.fault = first(isGetManifest, errorAnswer(503, 'UNAVAILABLE', 'in a moment'))
    const { code, results } = await copy()
    expect([code, results[0].digest]).toEqual([0, source.digest])
  })
})

test('a run that is ended while something is attached leaves no tag, and can be run again', async () => {
  source.attach('an SBOM')
  const isPutReferrer = (request: Parameters<Fault>[0]) => {
    return isPutManifest(request) && request.body.includes('"subject"')
  }
  to.fault = always(isPutReferrer, 'hang')
  const started = killWhen(() => to.requests.some(isPutReferrer), 'SIGINT')
  const { code, signal } = await copy([source.ref()], { started })
  expect([code ?? signal, there('1.2.3')]).toEqual([130, undefined])
  expect(await workspace.leftovers()).toEqual([])
  await expectSoundCopy()
})
