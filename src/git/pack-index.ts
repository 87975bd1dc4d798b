import { type OpenFile, readAt } from '../shared/regular-file.ts'
import { UnreadableRepository, withRepositoryFile } from './repository-file.ts'

/** Magic number and version 2, which git writes since 2008 (gitformat-pack). */
const HEADER = 'ff744f6300000002'
const FANOUT_BYTES = 256 * 4
const FIRST_ID = 8 + FANOUT_BYTES
/** The bit that stands for an 8-byte offset, for packs of more than 2 GiB. */
const LARGE = 0x8000_0000
/** So many ids, 20 or 32 bytes each, are read in one go: that is quicker than to ask for them one by one. */
const IDS_AT_ONCE = 4096

/**
 * Where the object is in the pack that the index at `path` belongs to; undefined when it is not in there, or
 * the index has gone. @throws UnreadableRepository
 */
export function offsetInPack(path: string, id: string): number | undefined {
  return withRepositoryFile(path, (file) => {
    const start = readAt(file, 0, FIRST_ID)
    if (!start.toString('hex').startsWith(HEADER) || start.length < FIRST_ID) {
      throw new UnreadableRepository(`"${path}" is not a pack index of version 2`)
    }
    const count = (first: number) => (first < 0 ? 0 : start.readUInt32BE(8 + first * 4))
    const first = Number.parseInt(id.slice(0, 2), 16)
    const index = position(file, id, { from: count(first - 1), to: count(first) })
    return index === undefined ? undefined : offset(file, index, { id, total: count(255) })
  })
}

/** Which of all objects it is, among those whose ids begin with the same byte. */
function position(
  file: OpenFile,
  id: string,
  { from, to }: { readonly from: number; readonly to: number }
): number | undefined {
  const wanted = Buffer.from(id, 'hex')
  const read = (first: number, count: number) =>
    readAt(file, FIRST_ID + first * wanted.length, count * wanted.length)
  let [low, high] = [from, to]
  while (high - low > IDS_AT_ONCE) {
    const middle = low + Math.floor((high - low) / 2)
    if (wanted.compare(read(middle, 1)) < 0) high = middle
    else low = middle
  }
  const ids = read(low, Math.max(high - low, 0))
  for (let at = 0; at < ids.length; at += wanted.length) {
    if (wanted.equals(ids.subarray(at, at + wanted.length))) return low + at / wanted.length
  }
  return undefined
}

/** After the ids come as many checksums, then the offsets, then the large ones. */
function offset(
  file: OpenFile,
  index: number,
  { id, total }: { readonly id: string; readonly total: number }
): number {
  const offsets = FIRST_ID + total * (id.length / 2 + 4)
  const small = number(file, offsets + index * 4)
  if (small < LARGE) return small
  const large = offsets + total * 4 + (small - LARGE) * 8
  return number(file, large) * 2 ** 32 + number(file, large + 4)
}

function number(file: OpenFile, at: number): number {
  const bytes = readAt(file, at, 4)
  if (bytes.length === 4) return bytes.readUInt32BE()
  throw new UnreadableRepository('a pack index is truncated')
}
