import { realpath } from 'node:fs/promises'
import type { DependencySources } from '../../../dependencies/dependency-sources.ts'
import type { RemoteDependency } from '../../../dependencies/remote-dependency.ts'
import { choiceProblem } from '../../../dependencies/rules/choice-problem.ts'
import { chooseVersion } from '../../../dependencies/rules/choose-version.ts'
import { repositoryText } from '../../../dependencies/rules/repository-kind.ts'
import type { ChartDirectory } from '../../../directory/chart-directory.ts'
import type { WantedDependency } from '../../../directory/charts-plan.ts'
import { Failure } from '../../../shared/failure.ts'
import type { Logger } from '../../../shared/logger.ts'
import { sourceText } from '../../model/chart-source.ts'
import type { NamedChart } from '../../model/plan.ts'
import type { ChosenDependency } from './build-dependencies.ts'
import type { LocalCharts } from './local-charts.ts'
import type { RunCharts } from './run-charts.ts'
import type { Waits } from './waits.ts'

interface ChooseOptions {
  /** Opened when the first dependency needs it. */
  readonly sources: () => Promise<DependencySources>
  readonly locals: LocalCharts
  readonly runCharts: RunCharts
  readonly waits: Waits
  /** The chart that is being built, as {@link Waits} knows it. */
  readonly self: string
  /** Told of a chart of the run that goes into this one. */
  readonly needs: (chart: NamedChart) => void
  readonly logger: Logger
}

/** Decides where a dependency comes from, and in which version. @throws Failure */
export async function chooseDependency(
  wanted: WantedDependency,
  chart: ChartDirectory,
  options: ChooseOptions
): Promise<ChosenDependency> {
  const { repository } = wanted
  const own = options.runCharts.find(wanted)
  if (own) return ofRun(own, options)
  if (repository.kind === 'local') return local(wanted, chart, options)
  const { name, version: declared } = wanted.dependency
  return remote({ name, declared, locked: wanted.locked, repository }, wanted, options)
}

function ofRun(
  chart: NamedChart,
  { runCharts, waits, self, needs }: ChooseOptions
): ChosenDependency {
  const { name, version } = chart
  return {
    version,
    provide: async () => {
      waits.add(self, await identityOf(chart))
      needs(chart)
      const { packed } = await runCharts.packaged(chart)
      return {
        ...{ name, version, path: packed.path, isResolvedAgain: false, isCheckedOut: true },
        fileName: `${name}-${version}.tgz`,
        digest: packed.artifact.chart.digest,
        origin: 'the chart of this run'
      }
    }
  }
}

async function local(
  wanted: WantedDependency,
  chart: ChartDirectory,
  { locals, waits, self, needs, logger }: ChooseOptions
): Promise<ChosenDependency> {
  const { dependency, locked } = wanted
  const { name, version: declared, repository } = dependency
  const found = await locals.find(wanted, chart)
  const metadata = found.directory.metadata
  if (!metadata) throw found.directory.doubt ?? new Error('a chart without metadata is in doubt')
  const { version } = metadata
  if (metadata.name !== name) throw otherName(wanted, metadata.name)
  const choice = chooseVersion([{ version }], { name, declared, locked })
  if (choice.kind === 'locked-gone') throw otherVersion(wanted, version)
  if (choice.kind !== 'chosen') {
    const searched = { wanted: { name, declared, locked }, repository, versions: [version] }
    throw new Failure('chart', choiceProblem(choice, searched))
  }
  return {
    version,
    provide: async () => {
      waits.add(self, found.folder)
      const { needs: more, ...packed } = await locals.package(found, logger)
      for (const one of more) needs(one)
      const origin = `packaged from ${repository}`
      const fileName = `${name}-${version}.tgz`
      return { ...packed, fileName, origin, isResolvedAgain: false, isCheckedOut: true }
    }
  }
}

/** A directory by its path without links: it may be the one that a `file://` leads to. */
export async function identityOf({ source }: Pick<NamedChart, 'source'>): Promise<string> {
  return source.kind === 'directory' ? realpath(source.path) : sourceText(source)
}

function otherName({ dependency: { name, repository } }: WantedDependency, found: string): Failure {
  const message = `The dependency ${name} has the wrong name: ${repository} contains the chart "${found}".`
  return new Failure('chart', {
    message,
    fix: `Correct its \`name\`, or the path in \`repository\`.`
  })
}

/** As in helm, also where the version is in the range. */
function otherVersion(
  { dependency: { name, repository }, locked }: WantedDependency,
  version: string
): Failure {
  const message = `${name}: ${locked} is locked, but ${repository} has ${version}.`
  const fix = 'Run `helm dependency update`, and commit the lock.'
  return new Failure('chart', { message, fix })
}

async function remote(
  dependency: RemoteDependency,
  wanted: WantedDependency,
  options: ChooseOptions
): Promise<ChosenDependency> {
  const sources = await options.sources()
  const resolved = await sources.resolve(dependency)
  const { version, fileName, isResolvedAgain } = resolved
  return {
    version,
    provide: async () => {
      const fetched = await sources.fetch(resolved)
      const origin = `fetched from ${repositoryText(wanted.dependency.repository)}`
      return { ...fetched, fileName, origin, isResolvedAgain, isCheckedOut: false }
    }
  }
}
