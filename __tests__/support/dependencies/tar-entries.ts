import { gunzipSync } from 'node:zlib'

export interface TarEntry {
  readonly name: string
  /** Rights, type and, unless it is left out, the time. */
  readonly header: string
  readonly content: string
}

/** The entries of an archive in their order, read without src/, which is what is tested. Names are short in tests. */
export function tarEntries(archive: Buffer): readonly TarEntry[] {
  const bytes = gunzipSync(archive)
  const entries: TarEntry[] = []
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const text = (from: number, to: number) => {
      return bytes.toString('latin1', at + from, at + to).replace(/\0.*/s, '')
    }
    const size = Number.parseInt(text(124, 136), 8)
    const content = bytes.toString('latin1', at + 512, at + 512 + size)
    const header = `${text(100, 108)} ${text(156, 157)} ${text(136, 148)}`
    entries.push({ name: text(0, 100), header, content })
    at += 512 + Math.ceil(size / 512) * 512
  }
  return entries
}

/** Without what helm stamps with the present time: `generated` of locks, and times of entries where they count for that. */
export function lasting(
  entries: readonly TarEntry[],
  { keepsTimes }: { readonly keepsTimes: boolean }
): readonly TarEntry[] {
  return entries.map(({ name, header, content }) => {
    const isLock = /(?:^|\/)(?:Chart|requirements)\.lock$/.test(name)
    return {
      name,
      header: keepsTimes ? header : header.replace(/ \d+$/, ''),
      content: isLock ? content.replace(/^generated: .*$/m, '') : content
    }
  })
}
