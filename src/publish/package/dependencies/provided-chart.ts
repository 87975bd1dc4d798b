import { LONGEST_NAME_BYTES } from '../../../dependencies/rules/archive-location.ts'
import type { WantedDependency } from '../../../directory/charts-plan.ts'
import { failureOf, type Problem } from '../../../shared/failure.ts'
import { shorten } from '../../../shared/printable.ts'

/** Of a name in a message. */
const LONGEST_SHOWN = 100

/** A dependency that was fetched or packaged, to be put into charts/. */
export interface ProvidedChart {
  readonly wanted: WantedDependency
  /** As its Chart.yaml has them. */
  readonly name: string
  readonly version: string
  /** In charts/. */
  readonly fileName: string
  /** The archive. */
  readonly path: string
  readonly digest: string
  /** Where it is from, for the log: "fetched from https://…". */
  readonly origin: string
  readonly isResolvedAgain: boolean
  /** Packaged from files that were checked out with the chart: they decide on its version. */
  readonly isCheckedOut: boolean
}

/**
 * The archives for charts/ by their names. Several aliases may share one; two charts of one name cannot be in one chart:
 * helm would write their paths twice.
 * @throws Failure chart
 */
export function archivesOf(provided: readonly ProvidedChart[]): ReadonlyMap<string, string> {
  const twins = provided.flatMap((one, index) => {
    const other = provided.slice(0, index).find((before) => isTwin(before, one))
    return other ? [twoCharts(other, one)] : []
  })
  const problems = [...twins, ...provided.filter(isTooLong).map(tooLong)]
  if (problems.length > 0) throw failureOf('chart', problems)
  const byName = new Map(provided.map((one) => [one.wanted.dependency.name, one]))
  return new Map([...byName.values()].map(({ fileName, path }) => [fileName, path]))
}

/** Whether two entries would put different archives of one chart, or two charts under one file name, into charts/. */
function isTwin(one: ProvidedChart, other: ProvidedChart): boolean {
  const isSameName = one.wanted.dependency.name === other.wanted.dependency.name
  if (isSameName) return one.digest !== other.digest
  return one.fileName === other.fileName
}

function isTooLong({ fileName }: ProvidedChart): boolean {
  return Buffer.byteLength(fileName) > LONGEST_NAME_BYTES
}

function tooLong({ name, fileName }: ProvidedChart): Problem {
  const message = `The archive of the dependency ${shorten(name, LONGEST_SHOWN)} cannot be put into charts/: its name, "${shorten(fileName, LONGEST_SHOWN)}", is longer than a file may have.`
  return { message, fix: 'Declare a version with a shorter name.' }
}

function twoCharts(one: ProvidedChart, other: ProvidedChart): Problem {
  const [{ name }, second] = [one.wanted.dependency, other.wanted.dependency]
  if (name !== second.name) {
    const message = `The dependencies ${name} and ${second.name} have archives with the same name, "${one.fileName}".`
    return { message, fix: 'Use another repository for one of them.' }
  }
  const message = `A chart cannot contain two charts named ${name}: ${one.version} ${one.origin}, and ${other.version} ${other.origin}.`
  const fix = `Use the same version and repository for all dependencies on ${name}; they may have different aliases.`
  return { message, fix }
}
