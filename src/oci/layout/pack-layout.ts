import { type FileHandle, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readRegular } from './layout-read.ts'

/** tar, POSIX.1-1988 and later: all is in blocks of this size, and two empty ones end a file. */
const BLOCK_BYTES = 512
/** Of no use to anybody, and of no moment: the same layout makes the same file. */
const TIME = new Date(0)

/**
 * Writes the OCI image layout in `folder` to an open file, as a tar file that is not compressed: folders and files by
 * name, without owners and times.
 * @param largest bytes of a file
 */
export async function packLayout(
  folder: string,
  file: Pick<FileHandle, 'writeFile'>,
  largest: number
): Promise<void> {
  const { Header } = await import('tar')
  const writeHeader = async (path: string, size: number, isFolder = false) => {
    const type = isFolder ? 'Directory' : 'File'
    const header = new Header({ path, type, size, mode: isFolder ? 0o755 : 0o644, mtime: TIME })
    const block = Buffer.alloc(BLOCK_BYTES)
    header.encode(block)
    await file.writeFile(block)
  }
  for (const path of await pathsIn(folder)) {
    if (path.endsWith('/')) {
      await writeHeader(path, 0, true)
      continue
    }
    const bytes = await readRegular(join(folder, path), largest)
    await writeHeader(path, bytes.length)
    await file.writeFile(bytes)
    await file.writeFile(Buffer.alloc(-bytes.length & (BLOCK_BYTES - 1)))
  }
  await file.writeFile(Buffer.alloc(2 * BLOCK_BYTES))
}

/** What a layout consists of, sorted; folders with a slash at their end. */
async function pathsIn(folder: string): Promise<readonly string[]> {
  const algorithms = (await readdir(join(folder, 'blobs'))).sort()
  const blobs: string[] = []
  for (const algorithm of algorithms) {
    const names = (await readdir(join(folder, 'blobs', algorithm))).sort()
    blobs.push(`blobs/${algorithm}/`, ...names.map((name) => `blobs/${algorithm}/${name}`))
  }
  return ['blobs/', ...blobs, 'index.json', 'oci-layout']
}
