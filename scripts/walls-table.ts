// The table of ARCHITECTURE.md that says which folder of src/ may import what.

/** By folder of src/: the folders and packages that it may import. */
export type Table = ReadonlyMap<string, readonly string[]>

export function tableIn(architecture: string): Table {
  const table = new Map<string, readonly string[]>()
  for (const line of architecture.split('\n')) {
    const [, folder, ours = '', packages = ''] =
      /^\| `([a-z/]+)\/` \|.*\|(.*)\|(.*)\|$/.exec(line) ?? []
    if (folder === undefined) continue
    const names = `${ours},${packages}`.split(',').map((name) => name.trim())
    table.set(folder, [folder, ...names.filter((name) => name !== '')])
  }
  return table
}
