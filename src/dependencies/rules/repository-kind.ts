import { parseTarget, type Target, withoutUser } from '../../oci/spec/reference.ts'
import { input } from '../../shared/input-name.ts'
import { HIDDEN } from '../../shared/secret.ts'
import { repositoryName } from './repository-name.ts'

/** Where the chart of a dependency comes from, by the text of its `repository`. */
export type RepositoryKind =
  /** A folder in charts/, which nobody fetches. */
  | { readonly kind: 'vendored' }
  /** A repository with an index.yaml. */
  | { readonly kind: 'classic'; readonly url: URL }
  | { readonly kind: 'oci'; readonly target: Target }
  /** A chart directory: absolute, or from the chart that declares it. */
  | { readonly kind: 'local'; readonly path: string }
  /** `@name` without a URL. */
  | { readonly kind: 'named'; readonly name: string }
  /** A protocol of a plugin of Helm. */
  | { readonly kind: 'plugin'; readonly scheme: string }
  /** `why` is a clause. */
  | { readonly kind: 'unusable'; readonly why: string; readonly fix: string }

const SCHEME = /^([a-z][a-z0-9+.-]*):/i
/** A folder right in charts/, which is there already. */
const VENDORED = /^(?:\.\/)*charts\/+(?!\.{1,2}\/*$)[^/]+\/*$/

/** What a `repository` means, with the URL in the place of a name that is known. */
export function repositoryKind(repository: string): RepositoryKind {
  if (repository === '') return { kind: 'vendored' }
  if (repository !== repository.trim()) {
    return unusable('it has spaces around it', 'Remove the spaces around the URL.')
  }
  const name = repositoryName(repository)
  if (name !== undefined) return { kind: 'named', name }
  const [, scheme] = SCHEME.exec(repository) ?? []
  switch (scheme?.toLowerCase()) {
    case undefined:
      return unusable(
        'it is not a URL',
        `Write a URL, or \`@${repository}\` for a repository with that name.`
      )
    case 'https':
    case 'http':
      return classic(repository)
    case 'oci':
      return oci(repository)
    case 'file':
      return local(repository)
    default:
      return { kind: 'plugin', scheme: scheme ?? '' }
  }
}

function classic(repository: string): RepositoryKind {
  // URL would take one without slashes, which Helm does not.
  const isWhole = /^https?:\/\/[^\p{Cc}\\]+$/iu.test(repository)
  if (!isWhole || !URL.canParse(repository)) {
    return unusable('it is not a URL', 'Write it as https://host/path.')
  }
  const url = new URL(repository)
  if (url.username === '' && url.password === '') return { kind: 'classic', url }
  return unusable('it contains a login', loginFix())
}

function loginFix(): string {
  return `Remove the login from the URL, and add it to ${input('registry-auth')}, under its host.`
}

function oci(repository: string): RepositoryKind {
  const parsed = parseTarget(repository)
  if ('problem' in parsed) {
    const isLogin = withoutUser(repository) !== repository
    if (isLogin) return unusable('it contains a login', loginFix())
    return unusable('it is not an OCI repository', parsed.problem.fix)
  }
  const bare = repository.replace(/\/+$/, '')
  if (bare !== repository) return unusable('it ends in a slash', `Write it as ${bare}.`)
  const { loweredFrom, target } = parsed
  if (loweredFrom === undefined) return { kind: 'oci', target }
  return unusable(
    'names of OCI repositories are lower case',
    `Write it as oci://${target.host}/${target.path}.`
  )
}

function local(repository: string): RepositoryKind {
  const path = repository.slice('file://'.length)
  if (!repository.startsWith('file://') || path === '') {
    return unusable('it names no folder', 'Write it as file://../name.')
  }
  return VENDORED.test(path) ? { kind: 'vendored' } : { kind: 'local', path }
}

function unusable(why: string, fix: string): RepositoryKind {
  return { kind: 'unusable', why, fix }
}

/** A repository for messages: without a login and what follows a question mark, which may be one. */
export function repositoryText(repository: string): string {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(repository) ?? []
  // Of what is no URL, a password may have slashes; an `@` in a path is one of a URL.
  const isUrl = URL.canParse(repository) && scheme?.toLowerCase() !== 'oci'
  const shown =
    scheme === undefined || isUrl
      ? repository.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${HIDDEN}@`)
      : withoutUser(repository)
  return shown.replace(/[?#].*$/s, '')
}
