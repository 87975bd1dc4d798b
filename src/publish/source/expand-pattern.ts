import { realpath, statSync } from 'node:fs'
import { realpath as realPathOf } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { workTreeOf } from '../../directory/work-tree.ts'
import { withoutLogin } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { Logger } from '../../shared/logger.ts'
import { isWithin } from '../../shared/within.ts'

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

type Done = (error: Error | null, resolved: string) => void

/** Folders that link to each other make paths without end; trees of charts have a few such links. */
const MOST_FOLDERS = 1000
const SHOWN = 5

/**
 * The links that a pattern meets. Nobody has named them, so none is followed out of the work tree that it lies in: a link
 * to `/` would have every chart of the machine published.
 */
class PatternLinks {
  readonly #allowsOutside: boolean
  readonly #outside: string[] = []
  #folders = 0

  constructor(allowsOutside: boolean) {
    this.#allowsOutside = allowsOutside
  }

  /** For the walk of the pattern, which asks for the real path of each link, and passes over those that have none. */
  readonly realpath = new Proxy(realpath, {
    apply: (_target, _self, [path, done]: [string, Done]) => {
      this.#follow(path).then(
        (resolved) => done(null, resolved),
        (error: Error) => done(error, path)
      )
    }
  })

  /** @throws Failure usage, when links led to more folders than were looked into */
  requireEnd(pattern: string): void {
    if (this.#folders <= MOST_FOLDERS) return
    const message = `${input('chart')} has the pattern "${pattern}", which follows links to more than ${MOST_FOLDERS} folders.`
    const fix = 'Remove links that point to each other, or list the charts.'
    throw new Failure('usage', { message, fix })
  }

  /** What was not followed, as a warning about the pattern; undefined where all was. */
  warning(pattern: string): string | undefined {
    if (this.#outside.length === 0) return undefined
    const shown = this.#outside.sort().slice(0, SHOWN)
    const more = this.#outside.length - shown.length
    const list = more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
    return `${input('chart')} has the pattern "${pattern}", which does not follow links out of the work tree: ${list}. To publish these charts, list them by their own paths, or set ${input('allow-outside-files', 'true')}.`
  }

  async #follow(path: string): Promise<string> {
    const resolved = await realPathOf(path)
    const isFolder = statSync(resolved).isDirectory()
    if (!(this.#allowsOutside || (await isInside(path, resolved)))) {
      // Other files are no charts.
      if (isFolder || path.endsWith('.tgz')) {
        this.#outside.push(`"${relative('', path)}" to "${resolved}"`)
      }
      throw new Error('it points outside of the work tree')
    }
    if (isFolder) this.#folders += 1
    if (this.#folders > MOST_FOLDERS) throw new Error('too many links')
    return resolved
  }
}

async function isInside(link: string, target: string): Promise<boolean> {
  return isWithin(target, await workTreeOf(await realPathOf(dirname(link))))
}

/**
 * The parts of an entry that may be a list on one line: what blanks and commas separate, those between braces apart,
 * which belong to a pattern. Names of files can have both, so it may be one path as well.
 */
export function listParts(entry: string): readonly string[] {
  return entry.split(/[\s,]+(?![^{}]*\})/).filter((part) => part !== '')
}
