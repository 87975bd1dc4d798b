import { posix } from 'node:path'
import { type ByteString, type ChartFile, listNames } from './model/chart-file.ts'
import { type ChartProblem, chartError, PUBLISH_HELMS_ARCHIVE } from './model/problem.ts'
import { gunzip } from './tar/gzip.ts'
import { readTar, type TarEntry } from './tar/tar.ts'

interface PlacedFiles {
  readonly files: readonly ChartFile[]
  readonly problems: readonly ChartProblem[]
}

interface UnpackedFiles extends PlacedFiles {
  /** Bytes of the tar file. */
  readonly size: number
}

/** Helm refuses archives whose files reach 100 MiB in all (helm, pkg/chart/loader/archive, MaxDecompressedChartSize). */
export const CHART_LIMIT_BYTES = 100 * 1024 * 1024

const RENAME_IT = 'Rename it, or add it to .helmignore, and package again.'
const SUBCHARTS = 'charts/'

interface Rule {
  readonly code: string
  readonly isBroken: (entry: TarEntry, path: ByteString) => boolean
  readonly what: string
  readonly fix: string
}

/** What Helm's loader refuses (helm, LoadArchiveFiles), links, devices, and names that mean something else to it. */
const RULES: readonly Rule[] = [
  {
    code: 'entry-link',
    isBroken: ({ typeFlag }) => typeFlag === '1' || typeFlag === '2',
    what: 'links, which Helm loads as empty files',
    fix: 'Replace the link with a copy of the file; `helm package` does this automatically.'
  },
  {
    code: 'entry-device',
    isBroken: ({ typeFlag }) => ['3', '4', '6'].includes(typeFlag),
    what: 'devices or pipes',
    fix: PUBLISH_HELMS_ARCHIVE
  },
  {
    code: 'entry-backslash',
    isBroken: ({ name }) => name.includes('\\'),
    what: 'names with a backslash, which Helm reads as a folder separator',
    fix: RENAME_IT
  },
  {
    code: 'entry-absolute',
    isBroken: ({ name }) => belowRoot(name).startsWith('/'),
    what: 'absolute paths, which Helm refuses',
    fix: PUBLISH_HELMS_ARCHIVE
  },
  {
    code: 'entry-outside',
    isBroken: (_, path) => path === '.',
    what: 'files outside of a root folder, which Helm refuses',
    fix: 'Package the chart directory with `helm package`, which puts all files into one folder.'
  },
  {
    code: 'entry-parent',
    isBroken: (_, path) => path.startsWith('..'),
    what: 'names that begin with two dots, which Helm refuses',
    fix: RENAME_IT
  },
  {
    code: 'entry-drive',
    isBroken: (_, path) => /^[A-Za-z]:\//.test(path),
    what: 'folders named like a drive, which Helm refuses',
    fix: RENAME_IT
  },
  {
    code: 'chart-yaml-misplaced',
    isBroken: ({ name }) => name.startsWith('Chart.yaml/'),
    what: 'a root folder named Chart.yaml, which Helm refuses',
    fix: 'Give the chart another `name` in Chart.yaml.'
  }
]

/** Unpacks an archive in memory, into `limitBytes` at most. */
export function unpackFiles(
  archive: Buffer,
  limitBytes: number
): UnpackedFiles | { readonly problem: ChartProblem } {
  const unzipped = gunzip(archive, limitBytes)
  if ('problem' in unzipped) return unzipped
  const { body } = unzipped.member
  const read = readTar(body)
  return 'problem' in read ? read : { ...placeEntries(read.tar.entries), size: body.length }
}

/** Turns entries into the files of a chart by Helm's rules, and says everything that breaks one. */
export function placeEntries(entries: readonly TarEntry[]): PlacedFiles {
  const placed = entries
    .filter(({ isDirectory }) => !isDirectory)
    .map((entry) => ({
      entry,
      path: posix.normalize(belowRoot(entry.name)).replace(/(.)\/$/s, '$1')
    }))
  const broken = RULES.flatMap(({ code, isBroken, what, fix }) => {
    const names = placed.filter(({ entry, path }) => isBroken(entry, path))
    if (names.length === 0) return []
    const message = `The archive contains ${what}: ${listNames(names.map(({ entry }) => entry.name))}.`
    return [chartError(code, message, fix)]
  })
  const files = placed.map(({ entry, path }) => ({ path, bytes: entry.body }))
  return { files, problems: [...broken, ...repeated(files), ...tooLarge(entries), ...none(files)] }
}

function belowRoot(name: ByteString): ByteString {
  const slash = name.indexOf('/')
  return slash === -1 ? '' : name.slice(slash + 1)
}

/** Below charts/ helm itself writes paths twice, where two subcharts have one name. */
function repeated(files: readonly ChartFile[]): readonly ChartProblem[] {
  const seen = new Set<ByteString>()
  const twice = new Set<ByteString>()
  for (const { path } of files) {
    if (seen.has(path) && path !== '.' && !path.startsWith(SUBCHARTS)) twice.add(path)
    seen.add(path)
  }
  if (twice.size === 0) return []
  const message = `The archive contains files twice: ${listNames([...twice])}.`
  return [chartError('entry-twice', message, PUBLISH_HELMS_ARCHIVE)]
}

function tooLarge(entries: readonly TarEntry[]): readonly ChartProblem[] {
  const total = entries.reduce((sum, { body }) => sum + body.length, 0)
  if (total < CHART_LIMIT_BYTES) return []
  const message = `The files of the chart have ${total} bytes, Helm loads only charts of less than ${CHART_LIMIT_BYTES} bytes.`
  return [chartError('archive-too-large', message, 'Leave files out with .helmignore.')]
}

function none(files: readonly ChartFile[]): readonly ChartProblem[] {
  if (files.length > 0) return []
  return [chartError('archive-empty', 'The archive contains no files.', PUBLISH_HELMS_ARCHIVE)]
}
