import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readArchive } from '../../src/chart/archive.ts'
import { gunzip } from '../../src/chart/gzip.ts'
import { archiveOf, CHART_YAML, gzipOf, tarOf } from '../helpers/archives.ts'

async function codesOf(archive: Buffer): Promise<readonly string[]> {
  const read = await readArchive(archive)
  return 'problems' in read ? read.problems.map(({ code }) => code) : []
}

const SOUND = archiveOf({ name: 'demo/values.yaml', body: 'a: 1\n' })

describe('an archive is taken', () => {
  test('when it is sound, and its metadata are read', async () => {
    expect(await readArchive(SOUND)).toMatchObject({
      archive: { bytes: SOUND, metadata: { name: 'demo', version: '1.2.3' } }
    })
  })

  test.each([
    [
      'with two subcharts of one name',
      [{ name: 'demo/charts/a/Chart.yaml' }, { name: 'demo/charts/a/Chart.yaml' }]
    ],
    [
      'with a line end in a file name',
      [
        { name: 'PaxHeader', type: 'ExtendedHeader', body: '21 path=demo/a\nb.txt\n' },
        { name: 'demo/ab.txt' }
      ]
    ],
    ['without any other file', []]
  ] as const)('%s', async (_, entries) => {
    expect(await codesOf(archiveOf(...entries))).toEqual([])
  })
})

describe('an archive is refused', () => {
  test.each([
    ['empty', Buffer.alloc(0), ['archive-not-gzip']],
    ['not gzip', Buffer.from('PK\x03\x04 a zip file'), ['archive-not-gzip']],
    ['cut in its header', SOUND.subarray(0, 40), ['archive-not-gzip']],
    ['cut in its data', SOUND.subarray(0, 120), ['archive-damaged']],
    ['without its trailer', SOUND.subarray(0, -8), ['archive-damaged']],
    ['followed by other bytes', Buffer.concat([SOUND, Buffer.from('x')]), ['archive-damaged']],
    ['followed by a second member', Buffer.concat([SOUND, SOUND]), ['archive-damaged']],
    ['with a wrong checksum', changed(SOUND, -8), ['archive-damaged']],
    ['with a wrong length', changed(SOUND, -1), ['archive-damaged']],
    [
      'without the marks of helm',
      gzipOf(tarOf([{ name: 'demo/Chart.yaml', body: CHART_YAML }]), { marks: false }),
      ['helm-marks-missing']
    ],
    [
      'with a damaged tar header',
      gzipOf(changed(tarOf([{ name: 'demo/Chart.yaml', body: CHART_YAML }]), 3)),
      ['archive-damaged']
    ],
    ['without Chart.yaml', gzipOf(tarOf([{ name: 'demo/values.yaml' }])), ['chart-yaml-missing']],
    [
      'with Chart.yaml in second place',
      gzipOf(tarOf([{ name: 'demo/a' }, { name: 'demo/Chart.yaml', body: CHART_YAML }])),
      ['first-entry']
    ],
    [
      'with another root than its name',
      gzipOf(tarOf([{ name: 'other/Chart.yaml', body: CHART_YAML }])),
      ['first-entry', 'file-name']
    ],
    ['with a second root', archiveOf({ name: 'other/a' }), ['file-name']],
    [
      'with a directory entry',
      archiveOf({ name: 'demo/sub/', type: 'Directory' }),
      ['not-a-file', 'file-name']
    ],
    [
      'with a symbolic link',
      archiveOf({ name: 'demo/l', type: 'SymbolicLink', linkpath: '/etc/passwd' }),
      ['not-a-file']
    ],
    [
      'with a hard link',
      archiveOf({ name: 'demo/l', type: 'Link', linkpath: 'demo/Chart.yaml' }),
      ['not-a-file']
    ],
    ['with a path that leaves it', archiveOf({ name: 'demo/../../etc/passwd' }), ['file-name']],
    ['with an absolute path', archiveOf({ name: '/demo/a' }), ['file-name']],
    ['with a backslash in a name', archiveOf({ name: 'demo/a\\Chart.yaml' }), ['file-name']],
    ['with a drive name', archiveOf({ name: 'demo/C:/a' }), ['file-name']],
    ['with a name that begins with two dots', archiveOf({ name: 'demo/..foo' }), ['file-name']],
    [
      'with a version that is none',
      gzipOf(tarOf([{ name: 'demo/Chart.yaml', body: 'name: demo\nversion: x\n' }])),
      ['version-invalid']
    ]
  ] as const)('%s', async (_, archive, codes) => {
    expect(await codesOf(archive)).toEqual(codes)
  })

  test('with more than 100 MiB in its files', async () => {
    const half = Buffer.alloc(50 * 1024 * 1024)
    const archive = archiveOf({ name: 'demo/a', body: half }, { name: 'demo/b', body: half })
    expect(await codesOf(archive)).toEqual(['archive-too-large'])
  })

  test('that unpacks beyond the limit, without unpacking it whole', () => {
    const bomb = gzipOf(Buffer.alloc(4 * 1024 * 1024))
    const before = process.memoryUsage().arrayBuffers
    expect(gunzip(bomb, 64 * 1024)).toMatchObject({ problem: { code: 'archive-too-large' } })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * 1024 * 1024)
  })

  test('with every problem at once', async () => {
    const archive = gzipOf(tarOf([{ name: 'x/Chart.yaml', body: 'name: demo\n' }]), {
      marks: false
    })
    expect(await codesOf(archive)).toEqual([
      'helm-marks-missing',
      'first-entry',
      'file-name',
      'version-missing'
    ])
  })
})

test('both marks of helm are taken, the one up to 4.2.3 and the one since', async () => {
  const fixture = join(import.meta.dirname, '../fixtures/helm-push.json')
  const { cases } = JSON.parse(readFileSync(fixture, 'utf8'))
  const since = Buffer.from(cases[0].tgz, 'base64')
  expect(await codesOf(since)).toEqual([])
  const before = Buffer.concat([
    since.subarray(0, 10),
    Buffer.from([41, 0]),
    Buffer.from('+'),
    since.subarray(16, 16 + 40),
    since.subarray(56)
  ])
  expect(await codesOf(before)).toEqual([])
})

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  const index = at < 0 ? copy.length + at : at
  copy[index] = (copy[index] ?? 0) ^ 0xff
  return copy
}
