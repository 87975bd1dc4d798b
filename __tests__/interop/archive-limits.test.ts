import { expect, test } from '@jest/globals'
import { type ArchiveReading, readArchive } from '../../src/chart/archive.ts'
import { archiveOf, CHART_YAML, gzipOf, tarOf } from '../support/charts/archives.ts'

const MIB = 1024 * 1024
const CHART = { name: 'demo/Chart.yaml', body: CHART_YAML }
const SUB = 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'

test('an archive is refused with files of 100 MiB in all, and not with a byte less', () => {
  const rest = 50 * MIB - Buffer.byteLength(CHART_YAML)
  const archive = (size: number) =>
    archiveOf(
      { name: 'demo/a', body: Buffer.alloc(50 * MIB) },
      { name: 'demo/b', body: Buffer.alloc(size) }
    )
  expect(readArchive(archive(rest))).toMatchObject({ verdict: 'refused' })
  expect(codesOf(readArchive(archive(rest)))).toContain('archive-too-large')
  expect(readArchive(archive(rest - 1)).verdict).toBe('genuine')
})

test('an archive is refused with more than 100,000 entries', () => {
  const header = tarOf([{ name: 'demo/a', header: { type: 'Directory' } }]).subarray(0, 512)
  const entries = Buffer.concat(Array.from({ length: 100_001 }, () => header))
  const archive = gzipOf(Buffer.concat([entries, tarOf([CHART])]))
  expect(codesOf(readArchive(archive))).toContain('archive-too-many-entries')
})

test('an archive is refused when packed subcharts unpack beyond the limit together', () => {
  const body = gzipOf(
    tarOf([
      { name: 'sub/Chart.yaml', body: SUB },
      { name: 'sub/a', body: Buffer.alloc(90 * MIB) }
    ])
  )
  const charts = ['a', 'b', 'c'].map((name) => ({ name: `demo/charts/${name}.tgz`, body }))
  expect(codesOf(readArchive(archiveOf(...charts)))).toContain('archive-too-large')
})

function codesOf({ problems }: ArchiveReading): readonly string[] {
  return problems.map(({ code }) => code)
}
