import type { Dependency } from '../chart/metadata/metadata.ts'
import { shellQuote } from '../shared/format.ts'

/** A chart directory, as far as its commands are concerned. */
export interface ChartDirectory {
  /** As it was given. */
  readonly path: string
  /** The name of a lock that was made for other dependencies. */
  readonly staleLock: string | undefined
}

/**
 * The commands that fill charts/ of a chart on a machine where no repository was added: with a lock, Helm builds
 * dependencies only from repositories that it knows (facts of Helm 4.3 and 3.22), and refuses to with a lock that
 * was made for other dependencies.
 */
export function buildAdvice(
  { path, staleLock }: ChartDirectory,
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

/** The URL of a classic repository without a login in it, which must not be printed. */
function plainUrl(repository: string): string | undefined {
  if (!/^https?:\/\//i.test(repository) || !URL.canParse(repository)) return undefined
  const url = new URL(repository)
  if (url.username === '' && url.password === '') return repository
  url.username = ''
  url.password = ''
  return url.href
}

/** Any name will do that nobody else uses. */
function repositoryName(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
}
