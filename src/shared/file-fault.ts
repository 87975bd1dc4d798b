import { codeOf, messageOf } from './failure.ts'

/** What the system says of files, in words; the codes are those of errno(3). */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it does not exist'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'a part of its path is not a directory'],
  ['ELOOP', 'its links lead in a circle'],
  ['ENAMETOOLONG', 'its path is too long'],
  ['EEXIST', 'it already exists'],
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'the disk is read-only'],
  ['EPIPE', 'its reader has ended']
])

/** Why something could not be read or written: words with the code of the system, else what was found. */
export function fileFault(error: unknown): string {
  const code = codeOf(error)
  if (code === undefined) return messageOf(error)
  const words = WORDS.get(code)
  return words === undefined ? code : `${words} (${code})`
}
