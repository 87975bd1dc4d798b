import type { Problem } from '../../shared/failure.ts'
import { HIDDEN } from '../../shared/secret.ts'

/** Where artifacts go: a registry host, and the path that all repository names begin with (may be empty). */
export interface Target {
  /** Host, and port where one was written; lower case. */
  readonly host: string
  readonly path: string
}

export interface Repository {
  readonly host: string
  /** The `<name>` of the distribution spec, without the host. */
  readonly name: string
}

/** A tag in a repository. */
export interface Reference {
  readonly repository: Repository
  readonly tag: string
}

type ParsedTarget =
  | { readonly target: Target; readonly loweredFrom?: string }
  | { readonly problem: Problem }

// distribution-spec v1.1, "Pulling manifests": the grammars of <name> and of a tag.
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const REPOSITORY_NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`)
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/
/** distribution answers 500 to longer names (distribution/reference, RepositoryNameTotalLengthMax). */
const LONGEST_REPOSITORY_NAME = 255

/**
 * Reads `oci://host[:port]/path`; the scheme and a final `/` may be missing or there. The first
 * component is always the host, as for helm and oras: nothing is added for Docker Hub.
 */
export function parseTarget(text: string): ParsedTarget {
  if (hidesUser(text)) {
    return refuse(
      text,
      'it contains a user',
      'Write it as oci://host[:port]/path, without any login.'
    )
  }
  const [scheme, ...beyond] = text.split('://')
  const rest = beyond.length === 0 ? text : beyond.join('://')
  if (beyond.length > 0 && scheme !== 'oci') {
    return refuse(text, `its scheme is "${scheme}"`, 'Write it as oci://host/path.')
  }
  const [hostText = '', ...components] = rest.replace(/\/+$/, '').split('/')
  const host = parseHost(hostText)
  if (host === undefined) {
    return refuse(
      text,
      `"${hostText}" is not a host`,
      'Write it as oci://host[:port]/path, without user, query or spaces.'
    )
  }
  const path = components.join('/')
  const lowered = path.toLowerCase()
  if (lowered !== '' && !isRepositoryName(lowered)) {
    return refuse(text, `"${path}" is not a repository path`, pathFix(path))
  }
  return { target: { host, path: lowered }, ...(lowered !== path && { loweredFrom: path }) }
}

/** A tag or digest behind the path is what newcomers know from `helm pull` and `docker push`. */
function pathFix(path: string): string {
  const [, name = '', suffix] = /^([^:@]+)([:@].*)$/s.exec(path) ?? []
  return suffix !== undefined && isRepositoryName(name.toLowerCase())
    ? `Leave "${suffix}" out: the tag is the version of the chart.`
    : 'Use lower-case letters and digits, separated by single ".", "_", "-" and "/".'
}

/**
 * A host with its port, in lower case; undefined for what is not one. Names of services in compose networks have
 * underscores, which helm, oras and crane take.
 */
export function parseHost(text: string): string | undefined {
  const lowered = text.toLowerCase()
  if (!/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(lowered)) return undefined
  if (!URL.canParse(`https://${lowered}/`)) return undefined
  const { host } = new URL(`https://${lowered}/`)
  return host === lowered.replace(/:443$/, '') ? lowered : undefined
}

/** Whether messages cannot show the whole of a reference. */
export function hidesUser(text: string): boolean {
  return withoutUser(text) !== text
}

function refuse(text: string, why: string, fix: string): ParsedTarget {
  return { problem: { message: `The registry "${withoutUser(text)}" is not valid: ${why}.`, fix } }
}

/**
 * A reference for messages: what stands before an `@`, that of a digest apart, may be a password, in which even
 * slashes and colons may stand.
 */
export function withoutUser(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@(?!sha\d+:)/is, `$1${HIDDEN}@`)
}

/** As `withoutUser`, for what may be the path of a file as well, in which an `@` means nothing, or a list with a URL in it. */
export function withoutLogin(text: string): string {
  const isLogin = /^(?!oci-(?:layout|archive):).*:.*@/is.test(text)
  return isLogin || text.includes('://') ? withoutUser(text) : text
}

export function isRepositoryName(text: string): boolean {
  return text.length <= LONGEST_REPOSITORY_NAME && REPOSITORY_NAME.test(text)
}

export function isTag(text: string): boolean {
  return TAG.test(text)
}

/** `host/name`, as references and subject names are written. */
export function repositoryText({ host, name }: Repository): string {
  return `${host}/${name}`
}

/** `host/name:tag` */
export function referenceText({ repository, tag }: Reference): string {
  return manifestText(repository, tag)
}

/** `host/name:tag`, or `host/name@digest`: a digest has a colon, which no tag may have. */
export function manifestText(repository: Repository, tagOrDigest: string): string {
  return `${repositoryText(repository)}${tagOrDigest.includes(':') ? '@' : ':'}${tagOrDigest}`
}

const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io']

/** Whether a host is one of the names of Docker Hub. */
export function isDockerHub(host: string): boolean {
  return DOCKER_HUB.includes(host)
}

/** The scheme, host and port that requests for `host` go to. Docker Hub's API is not at docker.io. */
export function originOf(host: string, plainHttp: boolean): string {
  const apiHost = host === 'docker.io' ? 'registry-1.docker.io' : host
  return new URL(`${plainHttp ? 'http' : 'https'}://${apiHost}/`).origin
}
