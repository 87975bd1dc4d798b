import { withoutLogin } from '../../oci/spec/reference.ts'
import type { Logger } from '../../shared/logger.ts'
import { PatternLinks } from './pattern-links.ts'

const PATTERN = /[*?[\]{}]/

export function isPattern(text: string): boolean {
  return PATTERN.test(text)
}

export interface ExpandOptions {
  /** Whether links are followed that lead out of the work tree. */
  readonly allowOutsideFiles: boolean
  readonly logger: Logger
}

/**
 * All files and folders that a pattern matches, by name. Folders have no slash at their end. Warns of links that are not
 * followed.
 * @throws Failure usage, when links in it lead on and on
 */
export async function expandPattern(
  pattern: string,
  { allowOutsideFiles, logger }: ExpandOptions
): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby')
  const links = new PatternLinks(allowOutsideFiles)
  const found = await glob([pattern], {
    onlyFiles: false,
    expandDirectories: false,
    ignore: ['**/node_modules/**', '**/.git/**'],
    fs: { realpath: links.realpath }
  })
  const shown = withoutLogin(pattern)
  links.requireEnd(shown)
  const warning = links.warning(shown)
  if (warning !== undefined) logger.warning(warning)
  return found.map((path) => path.replace(/(.)\/$/, '$1')).sort()
}
