import type { Dependency } from '../chart/metadata/metadata.ts'
import {
  type RepositoryKind,
  repositoryKind,
  repositoryText
} from '../dependencies/rules/repository-kind.ts'
import { shellQuote } from '../shared/format.ts'
import { input } from '../shared/input-name.ts'
import { shorten } from '../shared/printable.ts'
import type { DependencyMode } from './dependency-mode.ts'

/** What the advice on a dependency depends on. */
export interface AdviceSource {
  /** Of the chart directory, as it was given. */
  readonly path: string
  /** The name of a lock that was made for other dependencies. */
  readonly staleLock: string | undefined
  readonly mode: DependencyMode
  /** Keys of dependencies that Helm does not know, by the name of the dependency. */
  readonly unknownKeys: ReadonlyMap<string, readonly string[]>
}

/** What is to be done about dependencies that are not there in the right version, where this program cannot fetch them. */
export function adviceFor(source: AdviceSource, dependencies: readonly Dependency[]): string {
  const kinds = dependencies.map((dependency) => {
    return { dependency, kind: repositoryKind(dependency.repository) }
  })
  const isLocal = ({ kind }: { readonly kind: RepositoryKind }) => kind.kind === 'vendored'
  const local = kinds.filter(isLocal).map(({ dependency }) => vendoredAdvice(dependency, source))
  const remote = kinds.filter((one) => !isLocal(one))
  const advice =
    source.mode === 'check'
      ? checkAdvice(
          source,
          remote.map(({ dependency }) => dependency)
        )
      : remote.map(({ dependency }) => fetchAdvice(dependency, source))
  return [...new Set([...local, ...advice])].join(' ')
}

function checkAdvice(source: AdviceSource, remote: readonly Dependency[]): readonly string[] {
  return remote.length === 0 ? [] : [buildAdvice(source, remote)]
}

function vendoredAdvice({ name }: Dependency, { unknownKeys }: AdviceSource): string {
  if (unknownKeys.get(name)?.length) return 'Write `repository`.'
  return `Put the chart into ${shellQuote(`charts/${name}`)}, or set its \`repository\`.`
}

const LONGEST_KEY = 100

function fetchAdvice(dependency: Dependency, source: AdviceSource): string {
  const fault = fetchFault(dependency, source)
  if (fault) return fault.fix
  const { name, repository } = dependency
  return `Remove the folder of ${name} from charts/, so that the chart of ${repositoryText(repository)} is fetched.`
}

/** Why a dependency cannot be fetched, as a clause, and what is to be done about it. */
interface FetchFault {
  readonly why: string
  readonly fix: string
}

/** What in Chart.yaml keeps this program from fetching a dependency; undefined where nothing there does. */
export function fetchFault(
  { name, repository }: Dependency,
  { mode, unknownKeys }: Pick<AdviceSource, 'mode' | 'unknownKeys'>
): FetchFault | undefined {
  const kind = repositoryKind(repository)
  const keys = unknownKeys.get(name) ?? []
  if (kind.kind === 'vendored' && keys.length > 0) {
    const named = keys.map((key) => `\`${shorten(key, LONGEST_KEY)}\``).join(', ')
    const why = `it has no \`repository\`, but the key ${named}, which Helm does not know`
    return { why, fix: 'Write `repository`.' }
  }
  return mode === 'check' ? undefined : repositoryFault(repository, kind)
}

function repositoryFault(repository: string, kind: RepositoryKind): FetchFault | undefined {
  switch (kind.kind) {
    case 'named':
      return {
        why: `the repository "${repository}" has no URL`,
        fix: `Add the line \`${kind.name}: https://…\` to ${input('repositories')}, or run \`helm repo add\` in an earlier step.`
      }
    case 'plugin':
      return {
        why: `"${kind.scheme}:" needs a plugin of Helm`,
        fix: 'Run `helm dependency build` with that plugin in an earlier step.'
      }
    case 'unusable':
      return {
        why: `the repository "${repositoryText(repository)}" cannot be used: ${kind.why}`,
        fix: kind.fix
      }
    default:
      return undefined
  }
}

/**
 * The commands that fill charts/ of a chart on a machine where no repository was added: with a lock, Helm builds
 * dependencies only from repositories that it knows (facts of Helm 4.3 and 3.22), and refuses to with a lock that
 * was made for other dependencies.
 */
function buildAdvice(
  { path, staleLock }: AdviceSource,
  dependencies: readonly Dependency[]
): string {
  const repositories = [...new Set(dependencies.map(({ repository }) => repository))]
  const urls = [...new Set(repositories.flatMap((repository) => plainUrl(repository) ?? []))]
  const commands = [
    ...urls.map((url) => `helm repo add ${repositoryName(url)} ${shellQuote(url)}`),
    `helm dependency ${staleLock === undefined ? 'build' : 'update'} ${shellQuote(path)}`
  ]
  const named = repositories.flatMap(
    (repository) => /^(?:@|alias:)(.+)$/.exec(repository)?.[1] ?? []
  )
  const before = named.map((name) => `\`helm repo add ${shellQuote(name)}\` with its URL`)
  return [
    ...(before.length > 0 ? [`Run ${before.join(' and ')} first.`] : []),
    `Run \`${commands.join(' && ')}\`${staleLock === undefined ? ' before publishing' : `, and commit ${staleLock}`}.`
  ].join(' ')
}

/** The URL of a classic repository without a login in it or a query, which may be one: they must not be printed. */
function plainUrl(repository: string): string | undefined {
  if (!/^https?:\/\//i.test(repository) || !URL.canParse(repository)) return undefined
  const url = new URL(repository)
  if (url.username === '' && url.password === '' && url.search === '') return repository
  url.username = ''
  url.password = ''
  url.search = ''
  return url.href
}

/** Any name will do that nobody else uses. */
function repositoryName(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
}
