import { realpath, statSync } from 'node:fs'
import { realpath as realPathOf } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { Failure } from '../../shared/failure.ts'
import { isWithin, workTreeOf } from '../source/work-tree.ts'

type Done = (error: Error | null, resolved: string) => void

/** Folders that link to each other make paths without end; trees of charts have a few such links. */
const MOST_FOLDERS = 1000
const SHOWN = 5

/**
 * The links that a pattern meets. Nobody has named them, so none is followed out of the work tree that it lies in: a link
 * to `/` would have every chart of the machine published.
 */
export class PatternLinks {
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
    const message = `\`chart\` has the pattern "${pattern}", which leads through links to more than ${MOST_FOLDERS} folders.`
    const fix = 'Remove links that lead to each other, or name the charts.'
    throw new Failure('usage', { message, fix })
  }

  /** What was not followed, as a warning about the pattern; undefined where all was. */
  warning(pattern: string): string | undefined {
    if (this.#outside.length === 0) return undefined
    const shown = this.#outside.sort().slice(0, SHOWN)
    const more = this.#outside.length - shown.length
    const list = more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
    return `\`chart\` has the pattern "${pattern}", which follows no links out of the work tree: ${list}. If these are meant, name the charts by their own paths, or set \`allow-outside-files: true\`.`
  }

  async #follow(path: string): Promise<string> {
    const resolved = await realPathOf(path)
    const isFolder = statSync(resolved).isDirectory()
    if (!(this.#allowsOutside || (await isInside(path, resolved)))) {
      // Other files are no charts.
      if (isFolder || path.endsWith('.tgz')) {
        this.#outside.push(`"${relative('', path)}" to "${resolved}"`)
      }
      throw new Error('it leads out of the work tree')
    }
    if (isFolder) this.#folders += 1
    if (this.#folders > MOST_FOLDERS) throw new Error('too many links')
    return resolved
  }
}

async function isInside(link: string, target: string): Promise<boolean> {
  return isWithin(target, await workTreeOf(await realPathOf(dirname(link))))
}
