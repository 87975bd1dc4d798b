const PATTERN = /[*?[\]{}]/

export function isPattern(text: string): boolean {
  return PATTERN.test(text)
}

/** All files and folders that a pattern matches, by name. Folders have no slash at their end. */
export async function expandPattern(pattern: string): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby')
  const found = await glob([pattern], {
    onlyFiles: false,
    expandDirectories: false,
    ignore: ['**/node_modules/**', '**/.git/**']
  })
  return found.map((path) => path.replace(/(.)\/$/, '$1')).sort()
}
