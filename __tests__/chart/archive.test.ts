import { describe, expect, test } from '@jest/globals'
import { type ArchiveReading, readArchive } from '../../src/chart/archive.ts'
import { gunzip } from '../../src/chart/tar/gzip.ts'
import {
  type ArchiveEntry,
  archiveOf,
  CHART_YAML,
  gzipOf,
  tarOf
} from '../support/charts/archives.ts'
import { helmVectors } from '../support/charts/helm-vectors.ts'

const MIB = 1024 * 1024
const CHART = { name: 'demo/Chart.yaml', body: CHART_YAML }
const SUBCHART = {
  name: 'demo/charts/sub/Chart.yaml',
  body: 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'
}
const SOUND = archiveOf({ name: 'demo/values.yaml', body: 'a: 1\n' })
const SUB = 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'

describe('an archive is genuine', () => {
  test('when it bears every mark of helm package, and its metadata are read', () => {
    expect(readArchive(SOUND)).toMatchObject({
      verdict: 'genuine',
      problems: [],
      archive: { bytes: SOUND, metadata: { name: 'demo', version: '1.2.3' } }
    })
  })

  test('with the gzip header that helm wrote up to 4.2.3', () => {
    const [vector] = helmVectors('package-push')
    const since = Buffer.from(vector?.tgz ?? '', 'base64')
    const before = [
      since.subarray(0, 10),
      Buffer.from([41, 0]),
      Buffer.from('+'),
      since.subarray(16, 16 + 40),
      since.subarray(56)
    ]
    expect(readArchive(Buffer.concat(before)).verdict).toBe('genuine')
  })

  test.each<[string, readonly ArchiveEntry[]]>([
    ['with a line end in a file name', [{ name: 'demo/a\nb.txt' }]],
    ['with a name beyond ASCII', [{ name: 'demo/größe/世界.txt' }]],
    ['with a name that no USTAR header holds', [{ name: `demo/${'n'.repeat(120)}` }]],
    [
      'with a name whose cut ends in a slash',
      [{ name: `demo/${'n'.repeat(94)}/${'m'.repeat(101)}` }]
    ],
    ['with a name in two parts', [{ name: `demo/${'d'.repeat(60)}/${'f'.repeat(90)}` }]],
    ['with a time before 1970', [{ name: 'demo/a', mtime: -86400 }]],
    ['with a time that octal digits do not hold', [{ name: 'demo/a', mtime: 8589934592 }]],
    ['with provenance of a subchart', [{ name: 'demo/charts/sub-1.0.0.tgz.prov', body: 'x' }]],
    ['with a file named as a drive', [{ name: 'demo/C:' }]],
    [
      'with a folder before a file whose name begins like it',
      [{ name: 'demo/templates/a/x' }, { name: 'demo/templates/a.txt' }, { name: 'demo/README.md' }]
    ]
  ])('%s', (_, entries) => {
    expect(codesOf(readArchive(archiveOf(...entries)))).toEqual([])
  })
})

describe('an archive is loadable, and told what mark it lacks,', () => {
  test.each<[string, Buffer, readonly string[]]>([
    [
      'without the gzip header of helm',
      gzipOf(tarOf([CHART]), { marks: false }),
      ['gzip-header-not-helm']
    ],
    [
      'with a file name in the gzip header',
      gzipOf(tarOf([CHART]), { marks: false, fileName: 'demo.tar' }),
      ['gzip-header-not-helm']
    ],
    [
      'with another root than its name',
      gzipOf(tarOf([{ ...CHART, name: 'other/Chart.yaml' }])),
      ['root-not-name']
    ],
    ['with a second root', archiveOf({ name: 'other/a' }), ['root-not-name']],
    [
      'with a directory entry',
      archiveOf({ name: 'demo/sub/', header: { type: 'Directory' } }),
      ['directory-entry']
    ],
    [
      'with another mode',
      archiveOf({ name: 'demo/a', header: { mode: 0o755 } }),
      ['tar-header-not-helm']
    ],
    [
      'with an owner',
      archiveOf({ name: 'demo/a', header: { uname: 'ann' } }),
      ['tar-header-not-helm']
    ],
    [
      'with a type flag of old',
      archiveOf({ name: 'demo/a', header: { type: 'OldFile' } }),
      ['tar-header-not-helm']
    ],
    ['with a path to be cleaned', archiveOf({ name: 'demo/a/../b' }), ['entry-unclean']],
    [
      'with a long path in the way of GNU tar',
      archiveOf(
        {
          name: '././@LongLink',
          body: `demo/${'n'.repeat(120)}\0`,
          header: { type: 'NextFileHasLongPath' }
        },
        { name: 'demo/nnn' }
      ),
      ['tar-header-not-helm']
    ],
    [
      'with a global extended header',
      archiveOf(
        {
          name: 'pax_global_header',
          body: '19 comment=abcdefg\n',
          header: { type: 'GlobalExtendedHeader' }
        },
        { name: 'demo/a' }
      ),
      ['tar-header-not-helm']
    ],
    [
      'with Chart.yaml in second place',
      gzipOf(tarOf([{ name: 'demo/a' }, CHART])),
      ['entry-order']
    ],
    [
      'with files in another order',
      archiveOf({ name: 'demo/b' }, { name: 'demo/a' }),
      ['entry-order']
    ],
    [
      'with values.yaml behind templates',
      archiveOf({ name: 'demo/templates/a' }, { name: 'demo/values.yaml' }),
      ['entry-order']
    ],
    [
      'with a file behind subcharts',
      archiveOf({ name: 'demo/charts/sub/Chart.yaml', body: SUB }, { name: 'demo/z' }),
      ['entry-order']
    ],
    [
      'with more zeros at its end',
      gzipOf(Buffer.concat([tarOf([CHART]), Buffer.alloc(8192)])),
      ['tar-trailer-not-helm']
    ],
    [
      'without zeros at its end',
      gzipOf(tarOf([CHART]).subarray(0, -1024)),
      ['tar-trailer-not-helm']
    ],
    [
      'with a comment in Chart.yaml',
      gzipOf(tarOf([{ ...CHART, body: `# hello\n${CHART_YAML}` }])),
      ['chart-yaml-not-rewritten']
    ],
    [
      'with unsorted keys in Chart.yaml',
      gzipOf(tarOf([{ ...CHART, body: 'name: demo\nversion: 1.2.3\napiVersion: v2\n' }])),
      ['chart-yaml-not-rewritten']
    ],
    [
      'with a key that Helm does not know',
      gzipOf(tarOf([{ ...CHART, body: `${CHART_YAML}zone: a\n` }])),
      ['chart-yaml-not-rewritten']
    ],
    [
      'with a packed subchart',
      archiveOf({
        name: 'demo/charts/sub.tgz',
        body: gzipOf(tarOf([{ name: 'sub/Chart.yaml', body: SUB }]))
      }),
      ['entry-order', 'subchart-packed']
    ],
    [
      'with a subchart in a folder of another name',
      archiveOf({ name: 'demo/charts/other/Chart.yaml', body: SUB }),
      ['subchart-folder-not-name']
    ]
  ])('%s', (_, bytes, codes) => {
    const reading = readArchive(bytes)
    expect([reading.verdict, codesOf(reading)]).toEqual(['loadable', codes])
    expect(reading.archive?.metadata.name).toBe('demo')
  })
})

describe('an archive is refused', () => {
  test.each<[string, Buffer, string]>([
    ['cut in its header', SOUND.subarray(0, 40), 'gzip-header'],
    ['cut in its data', SOUND.subarray(0, 120), 'archive-cut'],
    ['without its gzip trailer', SOUND.subarray(0, -8), 'archive-cut'],
    ['followed by other bytes', Buffer.concat([SOUND, Buffer.from('x')]), 'data-after-end'],
    ['followed by a second member', Buffer.concat([SOUND, SOUND]), 'data-after-end'],
    ['with data that is no deflate stream', changed(SOUND, 61), 'gzip-data'],
    ['with a wrong checksum', changed(SOUND, -8), 'gzip-checksum'],
    ['with a wrong length', changed(SOUND, -1), 'gzip-length'],
    ['with a wrong checksum of its gzip header', withHeaderChecksum(SOUND, 0), 'gzip-header'],
    ['with a damaged tar header', gzipOf(changed(tarOf([CHART]), 3)), 'tar-header'],
    ['with a tar file cut in a body', gzipOf(tarOf([CHART]).subarray(0, 520)), 'archive-cut'],
    ['with half an end of the tar file', gzipOf(tarOf([CHART]).subarray(0, -100)), 'tar-header'],
    [
      'with something behind the end of the tar file',
      gzipOf(Buffer.concat([tarOf([CHART]), tarOf([CHART])])),
      'data-after-end'
    ],
    [
      'with an unsound extended header',
      archiveOf(
        { name: 'x', body: '99 path=a\n', header: { type: 'ExtendedHeader' } },
        { name: 'demo/a' }
      ),
      'tar-header'
    ],
    [
      'with a global header of sparse files, which Go does not take',
      archiveOf(
        {
          name: 'x',
          body: '25 GNU.sparse.numbytes=1\n',
          header: { type: 'GlobalExtendedHeader' }
        },
        { name: 'demo/a' }
      ),
      'sparse-file'
    ],
    [
      'with a sparse file',
      archiveOf(
        { name: 'x', body: '25 GNU.sparse.major=1.00\n', header: { type: 'ExtendedHeader' } },
        { name: 'demo/a' }
      ),
      'sparse-file'
    ],
    ['without entries', gzipOf(Buffer.alloc(1024)), 'archive-empty'],
    ['without Chart.yaml', gzipOf(tarOf([{ name: 'demo/values.yaml' }])), 'chart-yaml-missing'],
    [
      'with Chart.yaml at the top',
      gzipOf(tarOf([{ ...CHART, name: 'Chart.yaml' }])),
      'entry-outside'
    ],
    [
      'with a root named Chart.yaml',
      gzipOf(tarOf([{ ...CHART, name: 'Chart.yaml/Chart.yaml' }])),
      'chart-yaml-misplaced'
    ],
    [
      'with a symbolic link',
      archiveOf({ name: 'demo/l', header: { type: 'SymbolicLink', linkpath: '/etc/passwd' } }),
      'entry-link'
    ],
    [
      'with a hard link',
      archiveOf({ name: 'demo/l', header: { type: 'Link', linkpath: 'demo/Chart.yaml' } }),
      'entry-link'
    ],
    [
      'with a device',
      archiveOf({ name: 'demo/d', header: { type: 'CharacterDevice' } }),
      'entry-device'
    ],
    ['with a pipe', archiveOf({ name: 'demo/p', header: { type: 'FIFO' } }), 'entry-device'],
    ['with a path that leaves it', archiveOf({ name: 'demo/../../etc/passwd' }), 'entry-parent'],
    ['with a name that begins with two dots', archiveOf({ name: 'demo/..foo' }), 'entry-parent'],
    ['with an absolute path', archiveOf({ name: 'demo//etc/passwd' }), 'entry-absolute'],
    ['with a backslash in a name', archiveOf({ name: 'demo/a\\Chart.yaml' }), 'entry-backslash'],
    ['with a folder named as a drive', archiveOf({ name: 'demo/C:/a' }), 'entry-drive'],
    ['with a file twice', archiveOf({ name: 'demo/a' }, { name: 'demo/a' }), 'entry-twice'],
    [
      'with a file twice, once by a path to be cleaned',
      archiveOf({ name: 'demo/a' }, { name: 'demo/b/../a' }),
      'entry-twice'
    ],
    [
      'with a version that is none',
      gzipOf(tarOf([{ ...CHART, body: 'name: demo\nversion: x\n' }])),
      'version-invalid'
    ],
    [
      'with values that are no map',
      archiveOf({ name: 'demo/values.yaml', body: '- a\n' }),
      'values-invalid'
    ],
    [
      'with a lock that cannot be read',
      archiveOf({ name: 'demo/Chart.lock', body: '[]' }),
      'lock-invalid'
    ],
    [
      'with a subchart that has no Chart.yaml',
      archiveOf({ name: 'demo/charts/README.md' }),
      'chart-yaml-missing'
    ],
    [
      'with a packed subchart that cannot be read',
      archiveOf({ name: 'demo/charts/s.tgz', body: 'x' }),
      'not-gzip'
    ],
    [
      'with a folder named as a packed subchart',
      archiveOf({ name: 'demo/charts/s.tgz/Chart.yaml', body: SUB }),
      'subchart-not-archive'
    ]
  ])('%s', (_, bytes, code) => {
    const reading = readArchive(bytes)
    expect([reading.verdict, reading.archive?.metadata]).toEqual(['refused', undefined])
    expect(codesOf(reading)).toContain(code)
  })

  test('with subcharts nested deeper than any chart is', () => {
    const entries = Array.from({ length: 150 }, (_, level) => {
      return { name: `demo/${'charts/sub/'.repeat(level + 1)}Chart.yaml`, body: SUB }
    })
    expect(codesOf(readArchive(archiveOf(...entries)))).toContain('subcharts-too-deep')
  })

  test('when it unpacks beyond the limit, without unpacking it whole', () => {
    const bomb = gzipOf(Buffer.alloc(64 * MIB))
    const before = process.memoryUsage().arrayBuffers
    expect(gunzip(bomb, MIB)).toMatchObject({ problem: { code: 'archive-too-large' } })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * MIB)
  })

  test('with every problem at once', () => {
    const entries = [
      { name: 'x/Chart.yaml', body: 'name: demo\n' },
      { name: 'x/..a' },
      { name: 'x/b\\c' }
    ]
    expect(codesOf(readArchive(gzipOf(tarOf(entries), { marks: false })))).toEqual([
      'entry-backslash',
      'entry-parent',
      'version-missing',
      'gzip-header-not-helm',
      'root-not-name'
    ])
  })

  test('with more problems than anyone reads, but not with a longer list', () => {
    const entries = Array.from({ length: 300 }, (_, index) => ({ name: `demo/charts/c${index}/a` }))
    const { problems } = readArchive(archiveOf(...entries))
    expect(problems).toHaveLength(101)
    expect(problems.at(-1)).toMatchObject({ code: 'more-problems', allows: 'refused' })
  })
})

describe('a file that is no archive is named for what it is', () => {
  test.each([
    ['', 'it is empty'],
    ['PK\x03\x04 and so on', 'it is a zip file'],
    [tarOf([CHART]).toString('latin1'), 'it is a tar file without compression'],
    ['\xfd7zXZ\0', 'it is compressed with xz'],
    ['\x28\xb5\x2f\xfd', 'it is compressed with zstd'],
    ['BZh9', 'it is compressed with bzip2'],
    ['version https://git-lfs.github.com/spec/v1\n', 'it is a Git LFS pointer'],
    ['<!DOCTYPE html><html>', 'it is a web page'],
    ['-----BEGIN PGP SIGNED MESSAGE-----\n', 'it is a provenance file'],
    [
      '# a chart\napiVersion: v2\n',
      'it is a YAML file, such as the Chart.yaml of an unpacked chart'
    ],
    ['anything', 'it does not begin with the gzip magic number']
  ])('%j', (text, what) => {
    const { verdict, problems } = readArchive(Buffer.from(text, 'latin1'))
    expect([verdict, problems[0]?.code]).toEqual(['refused', 'not-gzip'])
    expect(problems[0]?.message).toContain(what)
  })
})

describe('a chart is warned about', () => {
  test.each([
    ['files/logo.png', '\n'],
    ['charts/sub/files/data.bin', '\r\n']
  ])('for a pointer of Git LFS in place of a file: %s', (path, end) => {
    const pointer = ['version https://git-lfs.github.com/spec/v1', `oid sha256:${'a'.repeat(64)}`]
    const body = [...pointer, 'size 12345', ''].join(end)
    const { problems } = readArchive(
      archiveOf(...(path.startsWith('charts/') ? [SUBCHART] : []), { name: `demo/${path}`, body })
    )
    expect(problems).toMatchObject([{ code: 'lfs-pointer', allows: 'genuine' }])
    expect(problems[0]?.message).toContain(`"${path}"`)
    expect(problems[0]?.fix).toContain('`lfs: true`')
  })

  test('for two subcharts of one name, side by side in one folder or in two', () => {
    const twice = (...entries: readonly string[]) => {
      const files = entries.map((name) => ({ ...SUBCHART, name: `demo/charts/${name}` }))
      return readArchive(archiveOf(...files)).problems.filter(({ code }) => {
        return code === 'subchart-repeated'
      })
    }
    expect(twice('sub/Chart.yaml', 'sub/Chart.yaml')).toMatchObject([{ allows: 'genuine' }])
    expect(twice('a/Chart.yaml', 'b/Chart.yaml')[0]?.message).toContain('"charts/a", "charts/b"')
    expect(twice('a/Chart.yaml', 'a/charts/x/Chart.yaml', 'a/charts/y/Chart.yaml')).toHaveLength(1)
    expect(twice('sub/values.yaml', 'sub/values.yaml')[0]?.message).toContain('"charts/sub"')
    expect(twice('sub/Chart.yaml', 'sub/values.yaml')).toEqual([])
  })

  test('for a file over 5 MiB, which older Helm cannot load, but not for one of 5 MiB', () => {
    const archive = (size: number) => archiveOf({ name: 'demo/big', body: Buffer.alloc(size) })
    expect(readArchive(archive(5 * MIB)).problems).toEqual([])
    const { verdict, problems } = readArchive(archive(5 * MIB + 1))
    expect([verdict, problems.map(({ code }) => code)]).toEqual(['genuine', ['file-over-5-mib']])
    expect(problems[0]?.message).toMatch(/Helm 3\.17\.3 to 3\.22 and 4\.0 to 4\.2 .*"big"/)
  })
})

describe('data of git in a chart is refused', () => {
  test.each([
    ['.git/config', '`.git`'],
    ['.git', '`.git`'],
    ['.GIT/HEAD', '`.GIT`'],
    ['files/vendored/.git/objects/ab', '`.git`'],
    ['charts/sub/.git', 'If a subchart is an archive, package it again']
  ])('%s', (path, fix) => {
    const { verdict, problems } = readArchive(
      archiveOf({ name: `demo/${path}`, body: 'x' }, SUBCHART)
    )
    const problem = problems.find(({ code }) => code === 'git-folder')
    expect([verdict, problem?.fix]).toEqual(['refused', expect.stringContaining(fix)])
  })

  test('also in a packed subchart', () => {
    const packed = gzipOf(
      tarOf([{ ...SUBCHART, name: 'sub/Chart.yaml' }, { name: 'sub/.git/HEAD' }])
    )
    const { problems } = readArchive(archiveOf({ name: 'demo/charts/sub.tgz', body: packed }))
    expect(codesOf({ problems } as ArchiveReading)).toContain('git-folder')
  })

  test.each(['.gitignore', '.github/workflows/x.yaml', '.gitattributes', 'x.git/y', 'git/config'])(
    'but not %s',
    (path) => {
      expect(readArchive(archiveOf({ name: `demo/${path}`, body: 'x' })).verdict).toBe('genuine')
    }
  )
})

function codesOf({ problems }: ArchiveReading): readonly string[] {
  return problems.map(({ code }) => code)
}

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  const index = at < 0 ? copy.length + at : at
  copy[index] = (copy[index] ?? 0) ^ 0xff
  return copy
}

/** The archive with a checksum of its header, which helm does not write (RFC 1952, FHCRC). */
function withHeaderChecksum(bytes: Buffer, checksum: number): Buffer {
  const flagged = Buffer.from(bytes)
  flagged[3] = (flagged[3] ?? 0) | 0x02
  const sum = Buffer.alloc(2)
  sum.writeUInt16LE(checksum)
  return Buffer.concat([flagged.subarray(0, 61), sum, flagged.subarray(61)])
}
