import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { type ArtifactParts, buildArtifact } from '../../src/artifact/artifact.ts'
import { refuseLaterSecrets, runSecretProblems } from '../../src/artifact/run-secrets.ts'
import { readArchive } from '../../src/chart/archive.ts'
import { Failure } from '../../src/shared/failure.ts'
import { SecretSearch } from '../../src/shared/secret-search.ts'
import { type ArchiveEntry, archiveOf, gzipOf, tarOf } from '../support/charts/archives.ts'

const SECRET = 'q7Rt2Zw9KxB4mN8vLc3HsD6f'
const SHORT = 'Harbor12345'
const CREATED = '2024-01-02T03:04:05Z'

function chartWith(entries: readonly ArchiveEntry[], parts: Partial<ArtifactParts> = {}) {
  const { archive, files } = readArchive(archiveOf(...entries))
  if (!archive) throw new Error('the archive is refused')
  return { files, artifact: buildArtifact(archive, { created: CREATED, ...parts }) }
}

function problemsOf(entries: readonly ArchiveEntry[], parts: Partial<ArtifactParts> = {}) {
  const { files, artifact } = chartWith(entries, parts)
  return runSecretProblems(files, artifact, new SecretSearch([SECRET, SHORT]))
}

describe('a chart with a secret of the run is refused', () => {
  const subchart = {
    name: 'demo/charts/sub/Chart.yaml',
    body: 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'
  }
  const packed = gzipOf(
    tarOf([
      { name: 'sub/Chart.yaml', body: subchart.body },
      { name: 'sub/x', body: SECRET }
    ])
  )

  test.each<[string, readonly ArchiveEntry[], Partial<ArtifactParts>, string]>([
    [
      'in a file',
      [{ name: 'demo/values.yaml', body: `a: 1\nb: ${SECRET}\n` }],
      {},
      '"values.yaml", line 2'
    ],
    [
      'in base64',
      [{ name: 'demo/a', body: Buffer.from(`x:${SECRET}`).toString('base64') }],
      {},
      '"a", line 1'
    ],
    [
      'far into a file',
      [{ name: 'demo/a', body: `${'x\n'.repeat(500_000)}${SECRET}` }],
      {},
      'line 500001'
    ],
    ['in a compressed file', [{ name: 'demo/a.gz', body: gzipSync(SECRET) }], {}, '"a.gz", line 1'],
    [
      'in a subchart',
      [subchart, { name: 'demo/charts/sub/x', body: SECRET }],
      {},
      '"charts/sub/x", line 1'
    ],
    [
      'in a packed subchart',
      [{ name: 'demo/charts/sub.tgz', body: packed }],
      {},
      '"charts/sub.tgz/x", line 1'
    ],
    ['in the name of a file', [{ name: `demo/files/${SECRET}` }], {}, 'the name of a file'],
    [
      'in an annotation',
      [],
      { annotations: new Map([['a', SECRET]]) },
      'the manifest, see `annotations`'
    ],
    ['in the provenance', [], { provenance: Buffer.from(SECRET) }, 'the provenance']
  ])('%s', (_, entries, parts, place) => {
    const problems = problemsOf(entries, parts)
    expect(problems).toMatchObject([{ code: 'run-secret', allows: 'refused' }])
    expect(problems[0]?.message).toContain(place)
    if (place !== 'the name of a file') expect(JSON.stringify(problems)).not.toContain(SECRET)
  })

  test('with the line of the file, where the chart is a directory', () => {
    const at = (name: string) =>
      problemsOf([{ name: `demo/${name}`, body: `\na: ${SECRET}` }])[0]?.at
    expect(at('values.yaml')).toEqual({ path: 'values.yaml', line: 2 })
    expect(at('größe')).toEqual({ path: 'größe', line: 2 })
  })
})

test('a shorter secret is one warning, with every file', () => {
  const problems = problemsOf([
    { name: 'demo/values.yaml', body: `password: ${SHORT}\n` },
    { name: 'demo/README.md', body: `The password is ${SHORT}.\nIt is ${SHORT}.` }
  ])
  expect(problems).toMatchObject([{ code: 'short-run-secret', allows: 'genuine' }])
  expect(problems[0]?.message).toContain('appears in the chart: "values.yaml"; "README.md".')
})

test('a short secret in an annotation is a warning, but not one that is a word of Chart.yaml or of manifests', () => {
  const { files, artifact } = chartWith([], { annotations: new Map([['a', `x ${SHORT}`]]) })
  const problemsFor = (secret: string) =>
    runSecretProblems(files, artifact, new SecretSearch([secret])).map(({ message }) => message)
  expect(problemsFor(SHORT)).toEqual([expect.stringContaining('the manifest, see `annotations`')])
  for (const word of ['demo', '1.2.3', 'sha256', 'apiVersion'])
    expect(problemsFor(word)).toEqual([])
})

test('a chart without a secret has no problem', () => {
  expect(problemsOf([{ name: 'demo/values.yaml', body: 'password: ""\n' }])).toEqual([])
})

describe('a secret that becomes known later', () => {
  const { artifact } = chartWith([{ name: 'demo/a', body: `${SECRET}\n${SHORT}` }])
  const searched = new SecretSearch([])
  const before = { artifact, searched, warnings: [] }

  test('refuses the chart before anything is sent', () => {
    const act = () => refuseLaterSecrets(artifact, before, new SecretSearch([SECRET]))
    expect(act).toThrow(Failure)
    expect(act).toThrow('The chart contains a secret of this run: "a", line 1.')
  })

  test('is a warning when it is short, and is not said twice', () => {
    const search = new SecretSearch([SHORT])
    const [text = ''] = refuseLaterSecrets(artifact, before, search)
    expect(text).toContain('appears in the chart: "a".')
    expect(refuseLaterSecrets(artifact, { ...before, warnings: [{ text }] }, search)).toEqual([])
  })

  test('is not looked for again where nothing has changed, but in another artifact', () => {
    const search = new SecretSearch([SECRET])
    const known = { ...before, searched: search }
    expect(refuseLaterSecrets(artifact, known, search)).toEqual([])
    expect(() => refuseLaterSecrets({ ...artifact }, known, search)).toThrow(Failure)
  })
})
