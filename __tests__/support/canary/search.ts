import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Canary } from './canaries.ts'
import { formsOf } from './forms.ts'

interface Needle {
  readonly canary: string
  readonly bytes: Buffer
}

/** Looks for all forms of all canaries at once, in one pass. Finds are the names of canaries, sorted. */
export class CanarySearch {
  /** Whether a needle begins with these two bytes, which most places in most files do not. */
  readonly #pairs = new Uint8Array(2 ** 16)
  readonly #needles = new Map<number, Needle[]>()

  constructor(canaries: readonly Canary[]) {
    for (const { name, marks } of canaries) {
      for (const bytes of marks.flatMap(formsOf)) this.#add({ canary: name, bytes })
    }
  }

  /** The canaries in `content`, also in what it is once unzipped. */
  in(content: Buffer | string): readonly string[] {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const found = new Set(this.#scan(bytes))
    if (isGzip(bytes)) for (const name of this.in(gunzipSync(bytes))) found.add(name)
    return [...found].sort()
  }

  /** As `PATH: CANARY`, in every file, name and link below `folder`. */
  async inTree(folder: string): Promise<readonly string[]> {
    const paths = await readdir(folder, { recursive: true })
    const finds = await Promise.all(
      paths.map(async (path) => {
        const content = await contentOf(join(folder, path))
        return [...this.in(path), ...this.in(content)].map((canary) => `${path}: ${canary}`)
      })
    )
    return finds.flat().sort()
  }

  #add(needle: Needle): void {
    const start = needle.bytes.readUInt32LE(0)
    this.#pairs[start & 0xffff] = 1
    this.#needles.set(start, [...(this.#needles.get(start) ?? []), needle])
  }

  #scan(bytes: Buffer): Set<string> {
    const found = new Set<string>()
    const end = bytes.length - 3
    for (let at = 0; at < end; at++) {
      if (this.#pairs[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] !== 1) continue
      for (const canary of this.#at(bytes, at)) found.add(canary)
    }
    return found
  }

  #at(bytes: Buffer, at: number): readonly string[] {
    const needles = this.#needles.get(bytes.readUInt32LE(at)) ?? []
    const here = needles.filter((needle) => {
      return bytes.subarray(at, at + needle.bytes.length).equals(needle.bytes)
    })
    return here.map(({ canary }) => canary)
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes.length > 18 && bytes.readUInt16BE(0) === 0x1f8b
}

async function contentOf(path: string): Promise<Buffer | string> {
  const found = await lstat(path)
  if (found.isSymbolicLink()) return readlink(path)
  return found.isFile() ? readFile(path) : ''
}
