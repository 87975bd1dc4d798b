import type { Problem } from '../../shared/failure.ts'
import { type Digest, isDigest } from './digest.ts'
import {
  hidesUser,
  isRepositoryName,
  isTag,
  parseTarget,
  type Repository,
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

const FORM = 'Write it as oci://host[:port]/path/name:tag or oci://host[:port]/path/name@sha256:….'
const REFERENCE = /^oci:\/\/([^/@]+)\/([^:@]*)(?::([^:@]*))?(?:@(.*))?$/

/** Reads `oci://host[:port]/name` with `:tag`, `@digest` or both behind it. Nothing is lowered or added. */
export function parseReference(text: string): ParsedReference {
  if (!text.startsWith('oci://')) return refuse(text, 'its scheme is not "oci"', FORM)
  const [, hostText = '', name = '', tag, digest] = REFERENCE.exec(text) ?? []
  const host = hostIn(hostText)
  if (host === undefined) return refuse(text, 'it names no host', FORM)
  if (!isRepositoryName(name)) return refuse(text, `"${name}" is no repository`, nameFix(name))
  if (tag !== undefined && !isTag(tag)) return refuse(text, `"${tag}" is no tag`, FORM)
  if (digest !== undefined && !isDigest(digest)) {
    return refuse(text, `"${digest}" is no SHA-256 digest`, FORM)
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
  return isUpper ? `Registries know lower case alone: write it as "${lowered}".` : FORM
}

/** What stands before an `@` may be a login: then neither that nor any part of it is shown. */
function refuse(text: string, why: string, fix: string): ParsedReference {
  if (!hidesUser(text)) return problemOf(text, why, fix)
  return problemOf(withoutUser(text), 'there is no digest behind its "@"', FORM)
}

function problemOf(text: string, why: string, fix: string): ParsedReference {
  return { problem: { message: `The reference "${text}" is not usable: ${why}.`, fix } }
}
