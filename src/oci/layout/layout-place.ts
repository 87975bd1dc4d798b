/** Where a layout lies on disk, and what its user calls it: the same folder, or the tar file that was unpacked there. */
export interface LayoutPlace {
  readonly folder: string
  readonly name: string
}

/** A layout that was named by its folder. */
export function folderPlace(folder: string): LayoutPlace {
  return { folder, name: folder }
}

/** Whether a path of a layout is that of a tar file. */
export function isTarName(path: string): boolean {
  return path.endsWith('.tar')
}
