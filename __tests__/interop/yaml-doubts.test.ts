import { describe, expect, test } from '@jest/globals'
import { type ArchiveReading, readArchive } from '../../src/chart/archive.ts'
import {
  type ArchiveEntry,
  archiveOf,
  CHART_YAML,
  gzipOf,
  tarOf
} from '../support/charts/archives.ts'

const MIB = 1024 * 1024
/** Helm reads it, the library does not. */
const ODD = '"a\n\tb"'
const SUB = 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'
/** A file that `helm package` does not write so; an archive with it is no more than loadable. */
const LACKS_A_MARK = { name: 'demo/z/', header: { type: 'Directory' } } as const

const inFolder = (folder: string, entries: readonly ArchiveEntry[]) => {
  return entries.map(({ name, ...entry }) => ({ ...entry, name: `${folder}/${name}` }))
}
const SUBCHART = inFolder('demo/charts/sub', [{ name: 'Chart.yaml', body: SUB }])

describe('what only our reader of YAML refuses', () => {
  const values: readonly ArchiveEntry[] = [{ name: 'values.yaml', body: `a: ${ODD}\n` }]
  const lock: readonly ArchiveEntry[] = [{ name: 'Chart.lock', body: `digest: ${ODD}\n` }]
  const oldLock: readonly ArchiveEntry[] = [{ name: 'requirements.lock', body: `digest: ${ODD}\n` }]
  const described = { name: 'Chart.yaml', body: `${SUB}description: ${ODD}\n` }
  const required = { name: 'requirements.yaml', body: `dependencies: [{name: ${ODD}}]\n` }

  const cases: readonly [string, readonly ArchiveEntry[], string][] = [
    ['values.yaml', inFolder('demo', values), 'values-invalid'],
    ['Chart.lock', inFolder('demo', lock), 'lock-invalid'],
    ['requirements.lock', inFolder('demo', oldLock), 'lock-invalid'],
    [
      'values.yaml of a subchart',
      [...SUBCHART, ...inFolder('demo/charts/sub', values)],
      'values-invalid'
    ],
    [
      'Chart.lock of a subchart',
      [...SUBCHART, ...inFolder('demo/charts/sub', lock)],
      'lock-invalid'
    ],
    ['Chart.yaml of a subchart', inFolder('demo/charts/sub', [described]), 'metadata-invalid'],
    [
      'requirements.yaml of a subchart',
      [...SUBCHART, ...inFolder('demo/charts/sub', [required])],
      'metadata-invalid'
    ]
  ]

  test.each(cases)('%s: a warning in an archive that helm wrote', (_, entries, code) => {
    const { verdict, problems } = readArchive(archiveOf(...entries))
    expect([verdict, problems]).toEqual(['genuine', [expect.objectContaining({ code })]])
    expect(problems[0]?.message).toContain('Helm could read it, because it created the archive.')
  })

  test.each(cases)('%s: a refusal in an archive of somebody else', (_, entries, code) => {
    const reading = readArchive(archiveOf(...entries, LACKS_A_MARK))
    expect(reading.verdict).toBe('refused')
    expect(codesOf(reading)).toContain(code)
  })

  test.each(cases)('%s: no refusal of what helm has just packed', (_, entries, code) => {
    const reading = readArchive(archiveOf(...entries, LACKS_A_MARK), { isFresh: true })
    expect(reading.verdict).toBe('loadable')
    // helm has read the values, so we do not.
    expect(codesOf(reading).includes(code)).toBe(code !== 'values-invalid')
  })

  test.each([[false], [true]])(
    'the Chart.yaml of the chart itself, without which there is nothing to publish: a refusal (%s)',
    (isFresh) => {
      const body = `${CHART_YAML}description: ${ODD}\n`
      const archive = gzipOf(tarOf([{ name: 'demo/Chart.yaml', body }]))
      const { verdict, problems } = readArchive(archive, { isFresh })
      expect([verdict, problems.map(({ code }) => code)]).toEqual(['refused', ['metadata-invalid']])
    }
  )

  test.each<[string, readonly ArchiveEntry[]]>([
    ['values.yaml', [{ name: 'demo/values.yaml', body: '- a\n' }]],
    ['Chart.lock', [{ name: 'demo/Chart.lock', body: 'generated: today\n' }]],
    ['Chart.yaml of a subchart', [{ name: 'demo/charts/sub/Chart.yaml', body: 'name: [a]\n' }]]
  ])('is not what Helm cannot put into place: %s', (_, entries) => {
    expect(readArchive(archiveOf(...entries)).verdict).toBe('refused')
  })
})

describe('of the YAML of one archive no more than 5 MiB are read', () => {
  const comments = (size: number) => Buffer.alloc(size, '#')
  const all = (size: number) => size - Buffer.byteLength(CHART_YAML)
  const values = (size: number) => ({ name: 'demo/values.yaml', body: comments(size) })
  const subcharts = (count: number, size: number) => {
    return Array.from({ length: count }, (_, index) => {
      const folder = `demo/charts/${String(index).padStart(3, '0')}`
      return [
        { name: `${folder}/Chart.yaml`, body: SUB.replace('sub', folder.slice(-3)) },
        { name: `${folder}/values.yaml`, body: comments(size) }
      ]
    }).flat()
  }
  const packed = subcharts(60, 100_000).map(({ name, body }) => ({
    body,
    name: name.slice('demo/charts/'.length)
  }))
  const packedSubcharts = Array.from({ length: 60 }, (_, index) => ({
    name: `demo/charts/c${index}.tgz`,
    body: gzipOf(tarOf(packed.slice(2 * index, 2 * index + 2)))
  }))

  test('and 5 MiB are', () => {
    expect(codesOf(readArchive(archiveOf(values(all(5 * MIB)))))).not.toContain('yaml-too-large')
  })

  test.each<[string, readonly ArchiveEntry[]]>([
    ['values.yaml', [values(all(5 * MIB) + 1)]],
    [
      'Chart.lock and values.yaml',
      [{ name: 'demo/Chart.lock', body: comments(1) }, values(all(5 * MIB))]
    ],
    ['subcharts', subcharts(60, 100_000)],
    ['packed subcharts', packedSubcharts]
  ])('in all: %s', (_, entries) => {
    const given = readArchive(archiveOf(...entries, LACKS_A_MARK))
    expect(given.verdict).toBe('refused')
    expect(codesOf(given)).toContain('yaml-too-large')
    const fresh = readArchive(archiveOf(...entries), { isFresh: true })
    expect(fresh.verdict).not.toBe('refused')
    expect(codesOf(fresh)).not.toContain('yaml-too-large')
  })

  test('of an archive that helm wrote, the rest is taken unread', () => {
    const { verdict, problems } = readArchive(archiveOf(values(5 * MIB)))
    expect([verdict, problems.map(({ code }) => code)]).toEqual(['genuine', ['yaml-too-large']])
  })

  test.each([[false], [true]])('not even of Chart.yaml (%s)', (isFresh) => {
    // A key that helm does not write would be found by who reads it.
    const body = Buffer.concat([Buffer.from(`${CHART_YAML}odd: `), comments(5 * MIB)])
    const archive = gzipOf(tarOf([{ name: 'demo/Chart.yaml', body }]))
    const reading = readArchive(archive, { isFresh })
    expect(reading.verdict).toBe('refused')
    expect(codesOf(reading).filter((code) => code !== 'file-over-5-mib')).toEqual([
      'yaml-too-large'
    ])
  })
})

function codesOf({ problems }: ArchiveReading): readonly string[] {
  return problems.map(({ code }) => code)
}
