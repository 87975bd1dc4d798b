import type { Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { shorten } from '../../shared/printable.ts'
import type { Choice, Wanted } from './choose-version.ts'

/** So many versions stand in a message; the rest is counted. */
const VERSIONS_SHOWN = 5
/** Longer than any version that people write. */
const LONGEST_VERSION = 100

/** Where a version was looked for. */
interface Searched {
  readonly wanted: Wanted
  /** For messages: `https://charts.example.com`. */
  readonly repository: string
  /** All versions there, the newest first. */
  readonly versions: readonly string[]
}

/** What keeps a dependency from being resolved. */
export function choiceProblem(
  choice: Exclude<Choice<unknown>, { kind: 'chosen' }>,
  { wanted, repository, versions }: Searched
): Problem {
  const { name, declared } = wanted
  switch (choice.kind) {
    case 'no-range':
      return {
        message: `The version of the dependency ${name}, "${shorten(declared, LONGEST_VERSION)}", is neither a version nor a range.`,
        fix: 'Write a version such as 1.2.3, or a range such as ^1.2.0.'
      }
    case 'locked-gone':
      return {
        message: `${repository} no longer has ${name} ${wanted.locked}, the locked version; in the range "${declared}" it has ${list(choice.inRange)}.`,
        fix: `Run \`helm dependency update\` and commit the lock, or set ${input('dependencies', 'update')}, which ignores the lock.`
      }
    case 'none-in-range':
      return noneInRange(choice.prereleases, { wanted, repository, versions })
  }
}

function noneInRange(
  prereleases: readonly string[],
  { wanted: { name, declared }, repository, versions }: Searched
): Problem {
  if (versions.length === 0) {
    const message = `${repository} has no usable version of the chart ${name}.`
    return { message, fix: `Check \`name\` and \`repository\` of the dependency ${name}.` }
  }
  const message = `${repository} has no version of ${name} in the range "${declared}"; it has ${list(versions)}.`
  if (prereleases.length === 0) {
    return { message, fix: `Declare a version of ${name} that exists.` }
  }
  const fix = `To include pre-releases, name one in the range, such as ">=${prereleases[0]}": ${list(prereleases)} would be in it.`
  return { message, fix }
}

function list(versions: readonly string[]): string {
  if (versions.length === 0) return 'none'
  const shown = versions.slice(0, VERSIONS_SHOWN).map((text) => shorten(text, LONGEST_VERSION))
  const more = versions.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
