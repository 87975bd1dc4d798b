import { gunzipSync } from 'node:zlib'
import { type ArchiveEntry, CHART_YAML, gzipOf, tarOf } from './archives.ts'
import { helmVectors } from './helm-vectors.ts'
import type { Random } from './random.ts'

const SUB = 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'
const LOCK = 'dependencies: []\ndigest: sha256:0\ngenerated: "2024-01-02T03:04:05Z"\n'

const RICH: readonly ArchiveEntry[] = [
  {
    name: 'demo/Chart.yaml',
    body: `annotations:\n  a: "1"\n${CHART_YAML}description: text\nkeywords:\n- k\nmaintainers:\n- name: ann\n  email: a@b\n`
  },
  { name: 'demo/Chart.lock', body: LOCK },
  { name: 'demo/values.yaml', body: 'a: 1\nb:\n  - "x"\n  - {c: d}\ntext: |\n  lines\n  more\n' },
  { name: 'demo/values.schema.json', body: '{}' },
  { name: 'demo/templates/a.yaml', body: 'kind: {{ .Values.a }}\n' },
  { name: `demo/files/${'n'.repeat(120)}`, body: 'long' },
  { name: 'demo/größe.txt', body: 'ü', mtime: 8589934592 },
  { name: 'demo/charts/sub/Chart.yaml', body: SUB },
  { name: 'demo/charts/sub/values.yaml', body: 'x: y\n' }
]

/** Sound archives to begin with: of helm, with all that an archive may hold, and as other tools write them. */
export const ORIGINALS: readonly Buffer[] = [
  ...helmVectors('package-push')
    .filter((_, index) => index % 40 === 0)
    .map(({ tgz }) => Buffer.from(tgz, 'base64')),
  gzipOf(tarOf(RICH)),
  gzipOf(
    tarOf([
      { name: 'demo/', header: { type: 'Directory' } },
      { name: 'demo/Chart.yaml', body: CHART_YAML, header: { uid: 1000, uname: 'ann' } },
      {
        name: '././@LongLink',
        body: `demo/${'n'.repeat(120)}\0`,
        header: { type: 'NextFileHasLongPath' }
      },
      { name: 'demo/nnn', header: { mode: 0o755 } },
      { name: 'demo/requirements.yaml', body: 'dependencies:\n- name: sub\n  version: 1\n' },
      { name: 'demo/charts/sub.tgz', body: gzipOf(tarOf([{ name: 'sub/Chart.yaml', body: SUB }])) }
    ]),
    { marks: false, fileName: 'demo.tar' }
  )
]

/** Changes an archive somewhere, in its bytes, in the tar file within, or in a header or text of that. */
export function mutate(archive: Buffer, random: Random): Buffer {
  const tar = gunzipSync(archive)
  switch (random.below(6)) {
    case 0:
      return changeBytes(archive, random)
    case 1:
      return gzipOf(changeBytes(tar, random))
    case 2:
      return gzipOf(changeBlocks(tar, random))
    case 3:
    case 4:
      return gzipOf(changeHeader(tar, random))
    default:
      return gzipOf(changeText(tar, random))
  }
}

function changeBytes(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes)
  const at = random.below(copy.length)
  switch (random.below(5)) {
    case 0:
      return copy.subarray(0, at)
    case 1:
      return Buffer.concat([
        copy.subarray(0, at),
        Buffer.from([random.below(256)]),
        copy.subarray(at)
      ])
    case 2:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + random.below(40))])
    default:
      for (let flips = random.below(4) + 1; flips > 0; flips--) {
        const index = random.below(copy.length)
        copy[index] = (copy[index] ?? 0) ^ (1 << random.below(8))
      }
      return copy
  }
}

/** Leaves out, doubles, or exchanges blocks of 512 bytes. */
function changeBlocks(tar: Buffer, random: Random): Buffer {
  const blocks = Array.from({ length: Math.floor(tar.length / 512) }, (_, index) => {
    return tar.subarray(index * 512, index * 512 + 512)
  })
  const at = random.below(blocks.length)
  const other = random.below(blocks.length)
  const block = blocks[at] ?? Buffer.alloc(0)
  const choices = [
    () => blocks.splice(at, 1),
    () => blocks.splice(other, 0, block),
    () => blocks.splice(other, 1, block),
    () => blocks.splice(at, 1 + random.below(4))
  ]
  random.pick(choices)()
  return Buffer.concat(blocks)
}

const FIELDS = [
  [0, 100],
  [100, 8],
  [108, 8],
  [124, 12],
  [136, 12],
  [156, 1],
  [157, 100],
  [257, 8],
  [265, 32],
  [329, 8],
  [345, 155],
  [508, 4]
] as const
const NAMES = [
  'Chart.yaml',
  'demo/Chart.yaml',
  'demo/chart.yaml',
  'demo/../x',
  'demo/../../x',
  'demo/./x/',
  '/demo/x',
  'demo//x',
  'demo/C:/x',
  'demo/C:',
  'demo\\x',
  'demo/..x',
  'demo/charts/_x',
  'demo/charts/x',
  'demo/charts/x.tgz',
  'demo/charts/x.tgz/Chart.yaml',
  'demo/charts/sub/charts/a/Chart.yaml',
  'demo/charts/sub/x.prov',
  'demo/values.yaml',
  'demo/requirements.yaml',
  'demo/requirements.lock',
  'demo/Chart.lock',
  'other/values.yaml',
  'demo',
  '',
  '.'
]
const NUMBERS = [
  '0000644\0',
  '644 \0\0\0\0',
  '        ',
  '\x80\0\0\0\0\0\0\x01',
  '\xff\xff\xff\xff\xff\xff\xff\xff',
  '0000009\0',
  '-000001\0',
  '0040755\0',
  '7777777'
]
const TYPES = ['0', '\0', '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'S', 'V', 'Z']
const MAGICS = ['ustar\x0000', 'ustar  \0', '\0\0\0\0\0\0\0\0', 'ustar\0xx']

/** Writes something else into a field of a header, and mends the checksum so that it counts. */
function changeHeader(tar: Buffer, random: Random): Buffer {
  const copy = Buffer.from(tar)
  const headers = headersOf(copy)
  if (headers.length === 0) return copy
  for (let edits = random.below(3) + 1; edits > 0; edits--) {
    const header = copy.subarray(random.pick(headers)).subarray(0, 512)
    const [offset, length] = random.pick(FIELDS)
    header.fill(0, offset, offset + length)
    header.write(textFor(offset, length, random), offset, length, 'latin1')
    header.write('        ', 148, 'latin1')
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  }
  return copy
}

function textFor(offset: number, length: number, random: Random): string {
  if (offset === 0 || offset === 345) return random.pick(NAMES)
  if (offset === 156) return random.pick(TYPES)
  if (offset === 257) return random.pick(MAGICS)
  if (offset === 508) return random.pick(['tar\0', 'xxxx'])
  if (length <= 12) return random.pick(NUMBERS).padEnd(length, random.pick(['\0', ' ', '7']))
  return random.pick(NAMES)
}

/** Where blocks begin that look like headers. */
function headersOf(tar: Buffer): readonly number[] {
  const offsets = Array.from({ length: Math.floor(tar.length / 512) }, (_, index) => index * 512)
  return offsets.filter((offset) =>
    /^[0-7]{6}\0 $/.test(tar.toString('latin1', offset + 148, offset + 156))
  )
}

const WORDS = [
  '\t',
  ':',
  '- ',
  '"',
  "'",
  '{',
  ']',
  '#',
  '&a',
  '*a',
  '!!int',
  '|',
  '>',
  '\n',
  '\r',
  '~',
  '<<: ',
  '\\',
  '\0',
  '\x85',
  '\xc3',
  '---',
  '...',
  '%',
  '@',
  '?',
  ',',
  ' ',
  '0x1',
  '.inf',
  'no'
]

/** Overwrites some of a text with what means something in YAML; lengths stay. */
function changeText(tar: Buffer, random: Random): Buffer {
  const copy = Buffer.from(tar)
  const bodies = headersOf(copy).map((offset) => offset + 512)
  for (let edits = random.below(3) + 1; edits > 0; edits--) {
    const start = bodies.length === 0 ? 0 : random.pick(bodies)
    const end = copy.indexOf(0, start)
    const at = start + random.below(Math.max(1, (end === -1 ? copy.length : end) - start))
    copy.write(random.pick(WORDS), at, 'latin1')
  }
  return copy
}
