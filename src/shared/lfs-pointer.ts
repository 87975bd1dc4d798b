/** The beginning of every pointer (git-lfs, docs/spec.md), also where git has changed its line ends. */
const POINTER =
  /^version https:\/\/git-lfs\.\S+\r?\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\r?\n/
/** A pointer is smaller than this (git-lfs, lfs/pointer.go). */
export const LARGEST_POINTER_BYTES = 1024

/** How the files come in place of their pointers. */
export const LFS_FIX = 'Set `lfs: true` for `actions/checkout`, or run `git lfs pull` first.'

/** The SHA-256 by which a pointer names what Git LFS keeps elsewhere; undefined for other files. */
export function lfsDigest(file: Buffer): string | undefined {
  if (file.length > LARGEST_POINTER_BYTES) return undefined
  return POINTER.exec(file.toString('latin1'))?.[1]
}

/** Whether a file is only a pointer to what Git LFS keeps elsewhere. */
export function isLfsPointer(file: Buffer): boolean {
  return lfsDigest(file) !== undefined
}
