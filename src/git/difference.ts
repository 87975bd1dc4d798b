/** How a file of a work tree is not the one of a commit. */
export interface Difference {
  /** From the root of the work tree, with slashes. */
  readonly path: string
  readonly kind: DifferenceKind
}

export type DifferenceKind =
  | 'changed'
  /** Only its line endings differ, CRLF in place of LF. */
  | 'line-endings'
  /** The commit has a pointer of Git LFS, the work tree the file that it names. */
  | 'lfs'
  | 'untracked'
  | 'missing'
  /** A link leads out of the work tree. */
  | 'outside'
  /** A pipe, a socket or a device. */
  | 'special'
  /** It belongs to another repository; the commit only names a commit of that. */
  | 'submodule'
