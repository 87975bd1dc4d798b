import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { always, any, first, isPutManifest, type RequestKind } from '../support/faults/faults.ts'
import { killWhen } from '../support/program.ts'
import { INDEX_TYPE, indexAnswer, referrersApi } from '../support/registry/referrers-api.ts'
import type { Fault } from '../support/registry/registry.ts'
import { type Answer, errorAnswer, sha256 } from '../support/registry/registry-store.ts'
import { SigningScene, saidBy } from '../support/sigstore/signing-scene.ts'

const DIGEST = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
const REPOSITORY = 'charts/demo'
let scene: SigningScene

beforeEach(async () => {
  scene = await SigningScene.open()
})

afterEach(() => scene.close())

const isPutTag: RequestKind = (request) => isPutManifest(request) && request.url.endsWith('/1.2.3')
const isPutIndex: RequestKind = (request) => {
  return isPutManifest(request) && request.url.includes('/sha256-')
}
const isPutUntagged: RequestKind = (request) => {
  return isPutManifest(request) && request.url.includes('/sha256:')
}
const isPutBundle: RequestKind = (request) => {
  return isPutUntagged(request) && request.body.includes('"subject"')
}
const isReferrers: RequestKind = ({ url }) => url.includes('/referrers/')

/** Publishes with a sound registry, and expects one signature. */
async function expectSoundRun(status = 'published'): Promise<void> {
  scene.registry.fault = undefined
  const { code, results } = await scene.publish()
  expect([code, results[0]]).toMatchObject([0, { status, signature: 'signed', warnings: [] }])
  expect(scene.attached).toEqual([DIGEST])
}

/** The digest of the chart, which a registry of its own has told. */
async function digestOfChart(): Promise<string> {
  const { results } = await scene.publish({ signs: false })
  scene.registry.store.removeManifest(REPOSITORY, '1.2.3')
  return `${results[0]?.digest}`
}

function setIndex(digest: string, manifests: readonly object[]): void {
  const bytes = Buffer.from(indexAnswer(manifests).body)
  scene.registry.store.setManifest(REPOSITORY, digest.replace(':', '-'), {
    type: INDEX_TYPE,
    bytes
  })
}

/** What another signer attached, as an index lists it. */
function foreign(text = 'foreign') {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [], text }))
  const type = 'application/vnd.oci.image.manifest.v1+json'
  scene.registry.store.setManifest(REPOSITORY, sha256(bytes), { type, bytes })
  const artifactType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
  return { mediaType: type, digest: sha256(bytes), size: bytes.length, artifactType }
}

describe('a registry that refuses what a signature needs', () => {
  const cases: readonly (readonly [string, Fault])[] = [
    ['a manifest by its digest, with 405', always(isPutUntagged, { status: 405 })],
    [
      'a manifest by its digest, with 400',
      always(isPutUntagged, errorAnswer(400, 'UNSUPPORTED', 'no digests here'))
    ],
    [
      'a manifest with a subject, with 400',
      always(isPutBundle, errorAnswer(400, 'MANIFEST_INVALID', 'unknown field subject'))
    ],
    [
      'a manifest with a subject, with 404',
      always(isPutBundle, errorAnswer(404, 'NAME_UNKNOWN', 'unknown'))
    ],
    [
      'a manifest with a subject, with 403',
      always(isPutBundle, errorAnswer(403, 'DENIED', 'artifact type not allowed'))
    ]
  ]

  test.each(cases)('%s, is named with 9, gets no tag, and takes it later', async (_, fault) => {
    scene.registry.fault = fault
    const { code, results } = await scene.publish()
    expect([code, results[0]?.status, scene.tagged]).toEqual([9, 'failed', undefined])
    const { message, fix } = results[0]?.error ?? {}
    expect(message).toContain(
      `${scene.registry.host}/charts/demo:1.2.3 cannot be signed: ${scene.registry.host} does not accept manifests by digest`
    )
    expect(fix).toContain('No version was tagged.')
    expect(await scene.workspace.leftovers()).toEqual([])
    await expectSoundRun()
  })

  test.each([
    ['ECR', errorAnswer(400, 'TAG_INVALID', 'The image tag already exists and is immutable.')],
    ['Harbor', errorAnswer(412, 'PRECONDITION', 'configured as immutable, cannot be updated')],
    ['Quay', errorAnswer(409, 'TAG_IMMUTABLE', 'the tag is immutable')]
  ])(
    'the index, since its tag is immutable (%s), says how to let it be changed',
    async (_, refusal) => {
      const digest = await digestOfChart()
      const other = foreign()
      setIndex(digest, [other])
      scene.registry.fault = always(isPutIndex, refusal)
      const { code, results } = await scene.publish()
      expect([code, results[0]?.status, scene.tagged]).toEqual([9, 'failed', undefined])
      const { message, fix } = results[0]?.error ?? {}
      expect(message).toContain(`because the tag ${digest.replace(':', '-')} is immutable`)
      expect(fix).toContain('Exclude `sha256-*` (and `artifacthub.io`)')
      scene.registry.fault = undefined
      const again = await scene.publish()
      expect([again.code, scene.attached]).toEqual([0, [other.digest, DIGEST]])
    }
  )
})

describe('a registry that sweeps', () => {
  test('before the tag is written, and says so, is sent all once more, with the same log entry', async () => {
    const { registry, sigstore } = scene
    const sweep = first(isPutTag, errorAnswer(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown'))
    registry.fault = (request) => {
      const answer = sweep(request)
      if (answer) registry.store.removeAll()
      return answer
    }
    const { code, results } = await scene.publish()
    expect([code, results[0]]).toMatchObject([0, { status: 'published', signature: 'signed' }])
    expect([scene.attached, sigstore.log.size]).toEqual([[DIGEST], 1])
    expect(results[0]?.signatureDigest).toBe(scene.attached[0])
  })

  test('what is attached, while the tag is written, gets it once more', async () => {
    const { registry } = scene
    let isSwept = false
    registry.fault = (request) => {
      if (isSwept || !isPutTag(request)) return undefined
      isSwept = true
      const digest = sha256(request.body)
      registry.store.removeManifest(REPOSITORY, digest.replace(':', '-'))
      return undefined
    }
    const { code, results } = await scene.publish()
    expect([code, results[0]]).toMatchObject([0, { status: 'published', signature: 'signed' }])
    expect([scene.attached, scene.sigstore.log.size]).toEqual([[DIGEST], 1])
  })

  test('and lists nothing after the push, ends with 9, published, and is signed by a run later', async () => {
    const api = referrersApi()
    const hidden = always(isReferrers, indexAnswer([]))
    scene.registry.fault = any(hidden, api)
    const { code, results } = await scene.publish()
    expect([code, results[0]?.status]).toEqual([9, 'published'])
    expect(results[0]?.error?.message).toContain('does not list its signature')
    expect(scene.tagged).toBe(results[0]?.digest)
    scene.registry.fault = api
    const again = await scene.publish()
    expect([again.code, again.results[0]?.status]).toEqual([0, 'unchanged'])
  }, 60_000)
})

describe('a run that is interrupted', () => {
  const isList: RequestKind = ({ method, url }) => method === 'GET' && url.includes('sha256-')

  test('while it looks for what it has attached ends with 130, and the next one finds all', async () => {
    let isAsked = false
    scene.registry.fault = (request) => {
      if (!isList(request) || scene.tagged === undefined) return undefined
      isAsked = true
      return 'hang'
    }
    const { code, stderr } = await scene.publish({ started: killWhen(() => isAsked, 'SIGINT') })
    expect(code).toBe(130)
    expect(stderr).not.toContain('does not list its signature')
    scene.registry.fault = undefined
    const again = await scene.publish()
    expect([again.code, again.results[0]?.signature]).toEqual([0, 'present'])
  })

  test('while it signs what exists ends with 130', async () => {
    await scene.publish({ signs: false })
    let isAsked = false
    scene.registry.fault = (request) => {
      if (!isPutIndex(request)) return undefined
      isAsked = true
      return 'hang'
    }
    const { code, stderr } = await scene.publish({ started: killWhen(() => isAsked, 'SIGINT') })
    expect(code).toBe(130)
    expect(stderr).not.toContain('cannot be signed')
    await expectSoundRun('unchanged')
  })
})

describe('a registry that shows a manifest by its digest', () => {
  const readsByDigest = () => {
    const { requests } = scene.registry
    const end = requests.findIndex(isPutTag)
    return requests.slice(0, end).filter(({ method, url }) => {
      return /^(GET|HEAD)$/.test(method) && url.includes('/manifests/sha256:')
    })
  }

  test('only when it is tagged (Quay), is not asked for it before', async () => {
    scene.registry.fault = ({ method, url }) => {
      const isHidden = method !== 'PUT' && url.includes('/manifests/sha256:') && !scene.tagged
      return isHidden ? errorAnswer(404, 'MANIFEST_UNKNOWN', 'manifest unknown') : undefined
    }
    const { code, results } = await scene.publish()
    expect([code, results[0]]).toMatchObject([0, { status: 'published', signature: 'signed' }])
    expect([readsByDigest(), scene.attached]).toEqual([[], [DIGEST]])
  })

  test('only when it is signed (Harbor), is not asked for it before', async () => {
    const policy = errorAnswer(412, 'PROJECTPOLICYVIOLATION', 'the image is not signed')
    let isSigned = false
    scene.registry.fault = (request) => {
      if (isPutIndex(request)) isSigned = true
      const { method, url } = request
      const isRead = method !== 'PUT' && /\/manifests\/(?:sha256:|1\.2\.3)/.test(url)
      return isRead && !isSigned && scene.registry.store.manifest(REPOSITORY, '1.2.3')
        ? policy
        : undefined
    }
    const { code, results } = await scene.publish()
    expect([code, results[0]]).toMatchObject([0, { status: 'published', signature: 'signed' }])
    expect(readsByDigest()).toEqual([])
  })
})

describe('what is attached already', () => {
  test('50 times and more keeps a signature from being made, before anything is tagged', async () => {
    const digest = await digestOfChart()
    setIndex(
      digest,
      Array.from({ length: 51 }, (_, index) => foreign(`${index}`))
    )
    const { code, results } = await scene.publish()
    expect([code, results[0]?.status, scene.tagged]).toEqual([9, 'failed', undefined])
    expect(results[0]?.error?.message).toContain('has 50 or more signatures and attestations')
    expect([scene.sigstore.log.size, scene.registry.requests.filter(isPutUntagged)]).toEqual([
      0,
      []
    ])
  })

  test('by others is kept, and ours is added once', async () => {
    const digest = await digestOfChart()
    const other = foreign()
    setIndex(digest, [other])
    const published = await scene.publish()
    const again = await scene.publish()
    expect([published.results[0]?.signature, again.results[0]?.signature]).toEqual([
      'signed',
      'present'
    ])
    expect(scene.attached).toEqual([other.digest, DIGEST])
  })

  test('and invalid does not count, and ours is added once', async () => {
    const published = await scene.publish()
    const { registry } = scene
    const own = registry.store.manifest(REPOSITORY, `${published.results[0]?.signatureDigest}`)
    const manifest = JSON.parse(`${own}`)
    const bundle = JSON.parse(`${registry.store.blob(manifest.layers[0].digest)}`)
    bundle.dsseEnvelope.signatures[0].sig = Buffer.from('forged').toString('base64')
    const bytes = Buffer.from(JSON.stringify(bundle))
    const layer = {
      ...manifest.layers[0],
      digest: registry.store.setBlob(bytes),
      size: bytes.length
    }
    const forged = Buffer.from(JSON.stringify({ ...manifest, layers: [layer] }))
    const type = manifest.mediaType
    registry.store.setManifest(REPOSITORY, sha256(forged), { type, bytes: forged })
    const entry = { mediaType: type, digest: sha256(forged), size: forged.length }
    setIndex(`${scene.tagged}`, [{ ...entry, artifactType: manifest.artifactType }])
    const signatures = []
    for (let run = 0; run < 2; run++) signatures.push((await scene.publish()).results[0]?.signature)
    expect(signatures).toEqual(['signed', 'present'])
    expect(scene.attached).toEqual([sha256(forged), DIGEST])
  })

  test('and is gone, is named, and leaves the index, which registries refuse with it', async () => {
    const digest = await digestOfChart()
    const [gone, kept] = [foreign('gone'), foreign('kept')]
    setIndex(digest, [gone, kept])
    const { registry } = scene
    registry.store.removeManifest(REPOSITORY, gone.digest)
    registry.fault = (request) => {
      if (!isPutIndex(request) || !request.body.includes(gone.digest)) return undefined
      return errorAnswer(400, 'MANIFEST_BLOB_UNKNOWN', gone.digest)
    }
    const { code, results } = await scene.publish()
    expect([code, results[0]]).toMatchObject([0, { status: 'published', signature: 'signed' }])
    expect(results[0]?.warnings).toEqual([
      expect.stringContaining(`lists ${gone.digest} as attached, but the registry no longer has it`)
    ])
    expect(scene.attached).toEqual([kept.digest, DIGEST])
  })
})

describe('a list of what is attached', () => {
  const loop = (request: { readonly url: string }): Answer => {
    return indexAnswer([], { link: `<${request.url}>; rel="next"` })
  }
  const endless = (request: { readonly url: string }): Answer => {
    const page = Number(/page=(\d+)/.exec(request.url)?.[1] ?? 0) + 1
    return indexAnswer([], { link: `<${request.url.split('?')[0]}?page=${page}>; rel="next"` })
  }
  const malformed = {
    status: 200,
    headers: { 'content-type': INDEX_TYPE },
    body: '{"manifests":7}'
  }
  const cut = { ...malformed, body: '{"manifests":[{"dig' }
  const huge = indexAnswer([{ digest: 'x'.repeat(5 * 1024 * 1024) }])

  test.each([
    ['goes round in circles', (request: { readonly url: string }) => loop(request)],
    ['does not end', (request: { readonly url: string }) => endless(request)],
    ['is no list', () => malformed],
    ['is cut', () => cut],
    ['has more than 4 MiB', () => huge]
  ])('that %s ends the run before anything is tagged', async (_, answer) => {
    scene.registry.fault = (request) => (isReferrers(request) ? answer(request) : undefined)
    const run = await scene.publish()
    expect([run.code, run.results[0]?.status, scene.tagged]).toEqual([6, 'failed', undefined])
    expect(run.results[0]?.error?.message).toContain(scene.registry.host)
    expect(saidBy(run).length).toBeLessThan(20_000)
    await expectSoundRun()
  })

  test.each([
    [
      'is not an index',
      'application/vnd.oci.image.manifest.v1+json',
      '{"schemaVersion":2,"layers":[]}'
    ],
    ['cannot be read', INDEX_TYPE, '{"manifests":[{"dig']
  ])('of the tag schema that %s is left alone, with 9', async (_, type, text) => {
    const digest = await digestOfChart()
    const tag = digest.replace(':', '-')
    scene.registry.store.setManifest(REPOSITORY, tag, { type, bytes: Buffer.from(text) })
    const { code, results } = await scene.publish()
    expect([code, results[0]?.status, scene.tagged]).toEqual([9, 'failed', undefined])
    expect(results[0]?.error?.message).toContain(`${tag} is not an index`)
    expect(results[0]?.error?.fix).toContain('Remove that tag')
    expect(`${scene.registry.store.manifest(REPOSITORY, tag)}`).toBe(text)
  })
})
