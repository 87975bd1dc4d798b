import { posix } from 'node:path'
import { listNames } from './chart-files.ts'
import { type ChartProblem, damageOf, missingMark, PACKAGE_BY_HELM } from './problem.ts'
import { type ByteString, toByteString, toText } from './tar/byte-string.ts'
import { misplacedEntry } from './tar/entry-order.ts'
import { writtenHeader } from './tar/go-tar.ts'
import type { GzipMember } from './tar/gzip.ts'
import { isZero, type TarEntry, type TarFile } from './tar/tar.ts'
import { BLOCK_BYTES } from './tar/tar-header.ts'

/** The Extra fields of `helm package`: bare up to 4.2.3 and in all 3.x, a proper RFC 1952 subfield since 4.2.4. */
const EXTRA_TEXT = 'aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo='
const GZIP_HEADERS = [`+${EXTRA_TEXT}`, `rr\x28\0${EXTRA_TEXT}`].map((extra) => {
  const length = String.fromCharCode(extra.length, 0)
  return Buffer.from(`\x1f\x8b\x08\x14\0\0\0\0\0\xff${length}${extra}Helm\0`, 'latin1')
})
const TRAILER_BYTES = 2 * BLOCK_BYTES

/** The marks of `helm package` that the gzip header lacks. */
export function gzipMarks({ header, fileName }: GzipMember): readonly ChartProblem[] {
  if (GZIP_HEADERS.some((known) => known.equals(header))) return []
  const named = fileName === undefined ? '' : `, which names the file "${fileName}" as gzip does`
  const message = `The archive was not packed by \`helm package\`: its gzip header is another one${named}.`
  return [missingMark('gzip-header-not-helm', message, PACKAGE_BY_HELM)]
}

/** The marks of `helm package` that the tar file lacks, for the chart of that name. */
export function tarMarks(tar: TarFile, chartName: string | undefined): readonly ChartProblem[] {
  const files = tar.entries.filter(({ isDirectory }) => !isDirectory)
  return [
    ...(chartName === undefined ? [] : rootMark(files, toByteString(chartName))),
    ...uncleanMark(files),
    ...directoryMark(tar.entries),
    ...headerMark(files),
    ...orderMark(files),
    ...trailerMark(tar.trailer)
  ]
}

function rootMark(entries: readonly TarEntry[], root: ByteString): readonly ChartProblem[] {
  const elsewhere = entries.filter(({ name }) => !name.startsWith(`${root}/`))
  if (elsewhere.length === 0) return []
  const message = `The chart is named "${toText(root)}", but not all files are in the root folder "${toText(root)}/": ${listNames(elsewhere.map(({ name }) => name))}.`
  return [missingMark('root-not-name', message, PACKAGE_BY_HELM)]
}

function uncleanMark(entries: readonly TarEntry[]): readonly ChartProblem[] {
  const unclean = entries.map(({ name }) => name).filter((name) => posix.normalize(name) !== name)
  if (unclean.length === 0) return []
  const message = `The archive holds paths that \`helm package\` would write shorter: ${listNames(unclean)}.`
  return [missingMark('entry-unclean', message, PACKAGE_BY_HELM)]
}

function directoryMark(entries: readonly TarEntry[]): readonly ChartProblem[] {
  const names = entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name)
  if (names.length === 0) return []
  const message = `The archive has entries for directories, as tar writes them and helm does not: ${listNames(names)}.`
  return [missingMark('directory-entry', message, PACKAGE_BY_HELM)]
}

/** Modes, owners, padding, extended headers: everything that Go's tar writer decides for helm. */
function headerMark(entries: readonly TarEntry[]): readonly ChartProblem[] {
  const foreign = entries.filter((entry) => !isWrittenByHelm(entry)).map(({ name }) => name)
  if (foreign.length === 0) return []
  const message = `The tar headers of ${foreign.length} files are not as \`helm package\` writes them (mode 0644, no owner): ${listNames(foreign)}.`
  return [missingMark('tar-header-not-helm', message, PACKAGE_BY_HELM)]
}

function isWrittenByHelm({ name, mtime, header, body }: TarEntry): boolean {
  if (!/^-?\d+$/.test(mtime)) return false
  return writtenHeader({ name, size: body.length, mtime: BigInt(mtime) }).equals(header)
}

/** Of files in several roots, it is enough to be told that. */
function orderMark(entries: readonly TarEntry[]): readonly ChartProblem[] {
  const roots = new Set(entries.map(({ name }) => name.split('/')[0]))
  if (roots.size > 1) return []
  const name = misplacedEntry(entries.map((entry) => entry.name))
  if (name === undefined) return []
  const message = `The files are not in the order of \`helm package\`, from "${toText(name)}" on.`
  return [missingMark('entry-order', message, PACKAGE_BY_HELM)]
}

function trailerMark(trailer: Buffer): readonly ChartProblem[] {
  if (!isZero(trailer))
    return [damageOf('data-after-end', 'something follows the end of its tar file')]
  if (trailer.length === TRAILER_BYTES) return []
  const message = `The tar file ends in ${trailer.length} bytes of zeros, \`helm package\` writes ${TRAILER_BYTES}.`
  return [missingMark('tar-trailer-not-helm', message, PACKAGE_BY_HELM)]
}
