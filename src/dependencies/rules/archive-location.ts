/**
 * The URL of an archive that an index names, as Helm resolves it (pkg/repo/v1/chartrepo.go, ResolveReferenceURL): one
 * with a scheme is taken as written; others are relative to the repository, whose query goes along. Undefined where it
 * is no URL.
 */
export function archiveUrl(repository: string, url: string): URL | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) return parseUrl(url)
  const base = parseUrl(repository)
  if (!base) return undefined
  base.pathname = `${base.pathname.replace(/\/$/, '')}/`
  const { search } = base
  base.search = ''
  const resolved = parseUrl(url, base)
  if (!resolved) return undefined
  resolved.search = search
  return resolved
}

/** The URL of a repository's index: the query of the repository goes along. */
export function indexUrl(repository: string): URL | undefined {
  return archiveUrl(repository, 'index.yaml')
}

function parseUrl(text: string, base?: URL): URL | undefined {
  const isClean = text === text.trim() && !/[\\\p{Cc}]/u.test(text)
  // URL.parse does not exist in Node 20.
  return isClean && URL.canParse(text, base?.href) ? new URL(text, base?.href) : undefined
}

interface Archive {
  readonly url: URL
  readonly name: string
  readonly version: string
}

/** File systems of Linux, macOS and Windows take no longer ones (NAME_MAX). */
export const LONGEST_NAME_BYTES = 255

/**
 * The name that Helm gives an archive in charts/, which decides the order of subcharts: the last part of the URL. Where
 * that does not end in `.tgz`, or begins with `_` or `.`, Helm would not pack the archive, and where it is too long, no file
 * can have it: then it is called NAME-VERSION.tgz.
 */
export function archiveName({ url, name, version }: Archive): string {
  const last = decoded(url.pathname).split('/').at(-1) ?? ''
  const isPacked = /^(?![._])[^\p{Cc}\\]*[^\p{Cc}\\.]\.tgz$/u.test(last)
  const isFile = isPacked && Buffer.byteLength(last) <= LONGEST_NAME_BYTES
  return url.protocol !== 'oci:' && isFile ? last : `${name}-${version}.tgz`
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** What an index says of the content of an archive. */
export type IndexDigest =
  | { readonly kind: 'none' }
  | { readonly kind: 'sha256'; readonly hex: string }
  | { readonly kind: 'unknown'; readonly text: string }

/** Nexus writes no digest, others write `sha256:` before it, or capitals. */
export function indexDigest(text: string): IndexDigest {
  if (text === '') return { kind: 'none' }
  const hex = /^(?:sha256:)?([0-9a-f]{64})$/i.exec(text)?.[1]
  return hex === undefined ? { kind: 'unknown', text } : { kind: 'sha256', hex: hex.toLowerCase() }
}
