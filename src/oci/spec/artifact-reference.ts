import type { Problem } from '../../shared/failure.ts'
import { type Digest, isDigest } from './blob.ts'
import {
  hidesUser,
  isRepositoryName,
  isTag,
  manifestText,
  parseTarget,
  type Repository,
  repositoryText,
  withoutUser
} from './reference.ts'

/** What is to be read from a registry: by tag, by digest, or by a digest that a tag should point at. */
export interface ArtifactReference {
  readonly repository: Repository
  readonly tag: string | undefined
  readonly digest: Digest | undefined
}

export type ParsedReference =
  | { readonly reference: ArtifactReference }
  | { readonly problem: Problem }

/** As `parseReference` reads it, without the scheme. */
export function artifactText({ repository, tag, digest }: ArtifactReference): string {
  const named = tag === undefined ? repositoryText(repository) : manifestText(repository, tag)
  return digest === undefined ? named : `${named}@${digest}`
}

const FORM = 'Write it as oci://host[:port]/path/name:tag or oci://host[:port]/path/name@sha256:….'
const REFERENCE = /^oci:\/\/([^/@]+)\/([^:@]*)(?::([^:@]*))?(?:@(.*))?$/

/** Reads `oci://host[:port]/name` with `:tag`, `@digest` or both behind it. Nothing is lowered or added. */
export function parseReference(text: string): ParsedReference {
  if (!text.startsWith('oci://')) return refuse(text, 'its scheme is not "oci"', FORM)
  const [, hostText = '', name = '', tag, digest] = REFERENCE.exec(text) ?? []
  const host = hostIn(hostText)
  if (host === undefined) return refuse(text, 'it names no host', FORM)
  if (!isRepositoryName(name))
    return refuse(text, `"${name}" is not a valid repository`, nameFix(name))
  if (tag !== undefined && !isTag(tag)) return refuse(text, `"${tag}" is not a valid tag`, FORM)
  if (digest !== undefined && !isDigest(digest)) {
    return refuse(text, `"${digest}" is not a SHA-256 digest`, FORM)
  }
  if (tag ?? digest) return { reference: { repository: { host, name }, tag, digest } }
  return refuse(text, 'it has neither tag nor digest', 'Add :TAG or @sha256:… to it.')
}

function hostIn(text: string): string | undefined {
  const parsed = parseTarget(`oci://${text}`)
  return 'problem' in parsed ? undefined : parsed.target.host
}

function nameFix(name: string): string {
  const lowered = name.toLowerCase()
  const isUpper = name !== lowered && isRepositoryName(lowered)
  return isUpper ? `Registries only allow lower case: write it as "${lowered}".` : FORM
}

/** What stands before an `@` may be a login: then neither that nor any part of it is shown. */
function refuse(text: string, why: string, fix: string): ParsedReference {
  if (!hidesUser(text)) return problemOf(text, why, fix)
  return problemOf(withoutUser(text), 'the digest after its "@" is missing', FORM)
}

function problemOf(text: string, why: string, fix: string): ParsedReference {
  return { problem: { message: `The reference "${text}" is not valid: ${why}.`, fix } }
}
