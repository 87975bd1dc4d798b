import { type ChartProblem, chartError } from '../problem.ts'

interface Kind {
  /** Byte by byte, as latin1. */
  readonly pattern: RegExp
  readonly what: string
  readonly fix: string
}

const PACKAGE_IT =
  'Package the chart directory with `helm package`, and give the .tgz that it writes.'
const HEAD_BYTES = 512

/** What people give in place of a .tgz, by the first bytes of the file. */
const KINDS: readonly Kind[] = [
  { pattern: /^$/, what: 'it is empty', fix: PACKAGE_IT },
  { pattern: /^PK[^\w\s]{2}/, what: 'it is a zip file', fix: PACKAGE_IT },
  { pattern: /^.{257}ustar/s, what: 'it is a tar file without compression', fix: PACKAGE_IT },
  { pattern: /^\xfd7zXZ\0/, what: 'it is compressed with xz', fix: PACKAGE_IT },
  { pattern: /^\x28\xb5\x2f\xfd/, what: 'it is compressed with zstd', fix: PACKAGE_IT },
  { pattern: /^BZh/, what: 'it is compressed with bzip2', fix: PACKAGE_IT },
  {
    pattern: /^version https:\/\/git-lfs\./,
    what: 'it is a pointer of Git LFS',
    fix: 'Run `git lfs pull` first, or check out with `lfs: true`.'
  },
  {
    pattern: /^\s*<(?:!doctype|html|\?xml)/i,
    what: 'it is a web page or XML, perhaps the answer to a failed download',
    fix: 'Look at what the download gave.'
  },
  {
    pattern: /^-----BEGIN PGP SIGNED MESSAGE/,
    what: 'it is a provenance file',
    fix: 'Give the .tgz beside it; the .prov is found by itself.'
  },
  {
    pattern: /^(?:[^\0]*\n)?(?:apiVersion|name|version):/s,
    what: 'it is a YAML file, such as the Chart.yaml of an unpacked chart (`helm pull --untar`)',
    fix: PACKAGE_IT
  }
]

/** The problem with a file that is no gzip file, named for what it is where that can be told. */
export function notGzip(file: Buffer): ChartProblem {
  const head = file.toString('latin1', 0, HEAD_BYTES)
  const kind = KINDS.find(({ pattern }) => pattern.test(head))
  const what = kind?.what ?? 'it does not begin with the gzip magic number'
  return chartError('not-gzip', `The archive is not a gzip file: ${what}.`, kind?.fix ?? PACKAGE_IT)
}
