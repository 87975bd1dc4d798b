import { isTag } from '../../oci/spec/reference.ts'
import type { Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'

/** What a template may name of a version. */
const PARTS = ['version', 'major', 'minor', 'patch', 'prerelease'] as const
type Part = (typeof PARTS)[number]

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g
const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/

/** Of the referrers tag schema, of cosign, and of Artifact Hub. */
const RESERVED = /^sha256-|^artifacthub\.io$/

export type ExtraTags =
  | { readonly tags: readonly string[] }
  | { readonly problems: readonly Problem[] }

/**
 * The tags that templates such as `latest`, `{{major}}` or `{{major}}.{{minor}}` come to for a version; `+`
 * becomes `_`, as in the tag of the version itself. None twice.
 */
export function extraTags(templates: readonly string[], version: string): ExtraTags {
  const parts = partsOf(version)
  const problems: Problem[] = []
  const tags = templates.map((template) => {
    const filled = fill(template, parts)
    if (!('tag' in filled)) problems.push(filled.problem)
    return 'tag' in filled ? filled.tag : ''
  })
  return problems.length > 0 ? { problems } : { tags: [...new Set(tags)] }
}

type Filled = { readonly tag: string } | { readonly problem: Problem }

function fill(template: string, parts: Readonly<Record<Part, string>>): Filled {
  const unknown: string[] = []
  const text = template.replace(PLACEHOLDER, (_, name: string) => {
    const part = PARTS.find((known) => known === name)
    if (!part) unknown.push(name)
    return part ? parts[part] : ''
  })
  const tag = text.replaceAll('+', '_')
  if (unknown.length > 0) {
    const message = `${input('tags')} names "{{${unknown[0]}}}", which is not a part of a version.`
    return { problem: { message, fix: `Use ${PARTS.map((part) => `{{${part}}}`).join(', ')}.` } }
  }
  if (RESERVED.test(tag)) return { problem: reserved(tag) }
  if (isTag(tag)) return { tag }
  const message = `${input('tags')} has "${template}", which results in "${tag}" for ${parts.version}: this is not a valid OCI tag.`
  const fix =
    'Use letters, digits, "_", "." and "-", 128 characters at most; the first may not be "." or "-".'
  return { problem: { message, fix } }
}

function reserved(tag: string): Problem {
  const message = `${input('tags')} has "${tag}", which is reserved for signatures and metadata.`
  return { message, fix: 'Use another tag.' }
}

/** The parts of a version; missing numbers are 0, as Helm reads them. */
function partsOf(version: string): Readonly<Record<Part, string>> {
  const [, major = '0', minor = '0', patch = '0', prerelease = ''] = VERSION.exec(version) ?? []
  return { version, major, minor, patch, prerelease }
}
