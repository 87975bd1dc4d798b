import { posix } from 'node:path'
import type { LoadedChart, Subchart } from './load-chart.ts'
import {
  type ByteString,
  type ChartFile,
  listNames,
  toByteString,
  toText
} from './model/chart-file.ts'
import {
  type ChartProblem,
  damageOf,
  missingFingerprint,
  PACKAGE_BY_HELM
} from './model/problem.ts'
import { misplacedEntry } from './tar/entry-order.ts'
import { writtenHeader } from './tar/go-tar.ts'
import type { GzipMember } from './tar/gzip.ts'
import { isZero, type TarEntry, type TarFile } from './tar/tar.ts'
import { BLOCK_BYTES } from './tar/tar-header.ts'
import { YamlError } from './yaml/node.ts'
import { readYaml } from './yaml/read-yaml.ts'

/** The Extra fields of `helm package`: bare up to 4.2.3 and in all 3.x, a proper RFC 1952 subfield since 4.2.4. */
const EXTRA_TEXT = 'aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo='
const GZIP_HEADERS = [`+${EXTRA_TEXT}`, `rr\x28\0${EXTRA_TEXT}`].map((extra) => {
  const length = String.fromCharCode(extra.length, 0)
  return Buffer.from(`\x1f\x8b\x08\x14\0\0\0\0\0\xff${length}${extra}Helm\0`, 'latin1')
})
const TRAILER_BYTES = 2 * BLOCK_BYTES

/** The fingerprints of `helm package` that are missing in the gzip header. */
export function gzipFingerprints({ header, fileName }: GzipMember): readonly ChartProblem[] {
  if (GZIP_HEADERS.some((known) => known.equals(header))) return []
  const named =
    fileName === undefined ? '' : `, and contains the file name "${fileName}", as gzip writes it`
  const message = `The archive was not packed by \`helm package\`: its gzip header is different${named}.`
  return [missingFingerprint('gzip-header-not-helm', message, PACKAGE_BY_HELM)]
}

/** The fingerprints of `helm package` that are missing in the tar file, for the chart of that name. */
export function tarFingerprints(
  tar: TarFile,
  chartName: string | undefined
): readonly ChartProblem[] {
  const files = tar.entries.filter(({ isDirectory }) => !isDirectory)
  return [
    ...(chartName === undefined ? [] : rootFingerprint(files, toByteString(chartName))),
    ...uncleanFingerprint(files),
    ...directoryFingerprint(tar.entries),
    ...headerFingerprint(files),
    ...orderFingerprint(files),
    ...trailerFingerprint(tar.trailer)
  ]
}

function rootFingerprint(entries: readonly TarEntry[], root: ByteString): readonly ChartProblem[] {
  const elsewhere = entries.filter(({ name }) => !name.startsWith(`${root}/`))
  if (elsewhere.length === 0) return []
  const message = `The chart is named "${toText(root)}", but not all files are in the root folder "${toText(root)}/": ${listNames(elsewhere.map(({ name }) => name))}.`
  return [missingFingerprint('root-not-name', message, PACKAGE_BY_HELM)]
}

function uncleanFingerprint(entries: readonly TarEntry[]): readonly ChartProblem[] {
  const unclean = entries.map(({ name }) => name).filter((name) => posix.normalize(name) !== name)
  if (unclean.length === 0) return []
  const message = `The archive contains paths that \`helm package\` would write in a shorter form: ${listNames(unclean)}.`
  return [missingFingerprint('entry-unclean', message, PACKAGE_BY_HELM)]
}

function directoryFingerprint(entries: readonly TarEntry[]): readonly ChartProblem[] {
  const names = entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name)
  if (names.length === 0) return []
  const message = `The archive has entries for directories, which tar writes and helm does not: ${listNames(names)}.`
  return [missingFingerprint('directory-entry', message, PACKAGE_BY_HELM)]
}

/** Modes, owners, padding, extended headers: everything that Go's tar writer decides for helm. */
function headerFingerprint(entries: readonly TarEntry[]): readonly ChartProblem[] {
  const foreign = entries.filter((entry) => !isWrittenByHelm(entry)).map(({ name }) => name)
  if (foreign.length === 0) return []
  const message = `The tar headers of ${foreign.length} files are not as \`helm package\` writes them (mode 0644, no owner): ${listNames(foreign)}.`
  return [missingFingerprint('tar-header-not-helm', message, PACKAGE_BY_HELM)]
}

function isWrittenByHelm({ name, mtime, header, body }: TarEntry): boolean {
  if (!/^-?\d+$/.test(mtime)) return false
  return writtenHeader({ name, size: body.length, mtime: BigInt(mtime) }).equals(header)
}

/** Of files in several roots, it is enough to be told that. */
function orderFingerprint(entries: readonly TarEntry[]): readonly ChartProblem[] {
  const roots = new Set(entries.map(({ name }) => name.split('/')[0]))
  if (roots.size > 1) return []
  const name = misplacedEntry(entries.map((entry) => entry.name))
  if (name === undefined) return []
  const message = `The files are not in the order of \`helm package\`, from "${toText(name)}" on.`
  return [missingFingerprint('entry-order', message, PACKAGE_BY_HELM)]
}

function trailerFingerprint(trailer: Buffer): readonly ChartProblem[] {
  if (!isZero(trailer))
    return [damageOf('data-after-end', 'something follows the end of its tar file')]
  if (trailer.length === TRAILER_BYTES) return []
  const message = `The tar file ends in ${trailer.length} bytes of zeros, \`helm package\` writes ${TRAILER_BYTES}.`
  return [missingFingerprint('tar-trailer-not-helm', message, PACKAGE_BY_HELM)]
}

/** The keys that `helm package` writes, in its order: that of their bytes (helm, pkg/chart/v2/metadata.go, through JSON). */
const KEYS = [
  'annotations',
  'apiVersion',
  'appVersion',
  'condition',
  'dependencies',
  'deprecated',
  'description',
  'home',
  'icon',
  'keywords',
  'kubeVersion',
  'maintainers',
  'name',
  'sources',
  'tags',
  'type',
  'version'
]
/** Outside of the top level all lines are indented or begin a list item, and helm writes no comments. */
const FOREIGN_LINE = /^(?:#|---|\.\.\.|%)|\r/m

/** `helm package` writes Chart.yaml anew: known keys only, sorted, without comments. */
export function chartYamlFingerprint(files: readonly ChartFile[]): readonly ChartProblem[] {
  const file = files.find(({ path }) => path === 'Chart.yaml')
  if (!file || isRewritten(file.bytes)) return []
  const message =
    'Chart.yaml in the archive is not in the form of `helm package`, which rewrites it with sorted keys and without comments.'
  return [missingFingerprint('chart-yaml-not-rewritten', message, PACKAGE_BY_HELM)]
}

function isRewritten(bytes: Buffer): boolean {
  if (FOREIGN_LINE.test(bytes.toString('utf8'))) return false
  const keys = keysIn(bytes)
  const places = keys.map((key) => KEYS.indexOf(key))
  return places.every((place, index) => place > (places[index - 1] ?? -1))
}

/** The keys of a YAML map, in their order; none where it cannot be read, which is told elsewhere. */
function keysIn(bytes: Buffer): readonly string[] {
  try {
    const value = readYaml(bytes)
    return value.kind === 'map' ? [...value.entries.keys()] : []
  } catch (error) {
    if (error instanceof YamlError) return []
    throw error
  }
}

/** `helm package` unpacks subcharts and names their folders after them, on every level. */
export function subchartFingerprints({ subcharts }: LoadedChart): readonly ChartProblem[] {
  const all = subcharts.flatMap(withNested)
  const packed = all.filter(({ isPacked }) => isPacked).map(({ entry }) => entry)
  const renamed = all
    .filter(({ entry, isPacked, metadata }) => {
      return !isPacked && metadata && toByteString(metadata.name) !== entry
    })
    .map(({ entry }) => entry)
  return [
    ...missingFingerprints(
      'subchart-packed',
      'Subcharts are still packed, which helm unpacks',
      packed
    ),
    ...missingFingerprints(
      'subchart-folder-not-name',
      'Folders in charts/ do not have the names of their charts',
      renamed
    )
  ]
}

function withNested(chart: Subchart): readonly Subchart[] {
  return [chart, ...chart.subcharts.flatMap(withNested)]
}

function missingFingerprints(
  code: string,
  what: string,
  entries: readonly string[]
): readonly ChartProblem[] {
  return entries.length === 0
    ? []
    : [missingFingerprint(code, `${what}: ${listNames(entries)}.`, PACKAGE_BY_HELM)]
}
