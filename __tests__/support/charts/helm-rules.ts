import { parseChartVersion } from '../../../src/chart/metadata/chart-version.ts'
import { IndexError } from '../../../src/dependencies/index/index-error.ts'
import { readIndex } from '../../../src/dependencies/index/index-file.ts'
import { archiveUrl } from '../../../src/dependencies/rules/archive-location.ts'
import { versionsOfTags } from '../../../src/dependencies/rules/choose-version.ts'
import { parseConstraint, satisfies } from '../../../src/dependencies/rules/constraint.ts'
import { type LockedDependency, lockText } from '../../../src/dependencies/rules/lock-file.ts'
import { newestFirst } from '../../../src/dependencies/rules/version-order.ts'

/** A question to scripts/helm-rules/main.go, which asks Helm's own code. */
export type Question =
  | { readonly kind: 'range'; readonly range: string; readonly versions: readonly string[] }
  | { readonly kind: 'sort' | 'tags'; readonly versions: readonly string[] }
  /** The index in base64. */
  | { readonly kind: 'index'; readonly index: string; readonly names: readonly string[] }
  | { readonly kind: 'url'; readonly base: string; readonly url: string }
  | { readonly kind: 'lock'; readonly lock: LockQuestion }

interface LockQuestion {
  readonly dependencies: readonly LockedDependency[]
  readonly digest: string
  readonly generated: string
}

/** What it replied. */
export interface Answer {
  readonly error?: string
  /** For each version: 1 in the range, 0 outside of it, x no version. */
  readonly verdicts?: string
  readonly versions?: readonly string[]
  readonly entries?: Readonly<Record<string, readonly HelmEntry[]>>
  readonly text?: string
}

interface HelmEntry {
  readonly version: string
  readonly urls: readonly string[] | null
  readonly digest: string
}

export const REFUSED = 'refused'

/** Helm's answer, and ours, as texts that are equal where the two agree. */
export function bothAnswers(question: Question, answer: Answer): readonly [string, string] {
  switch (question.kind) {
    case 'range':
      return [answer.verdicts ?? REFUSED, verdicts(question.range, question.versions)]
    case 'sort': {
      const ours = newestFirst(question.versions.map((version) => ({ version })))
      return [orderOf(answer.versions ?? []), orderOf(ours.map(({ version }) => version))]
    }
    case 'tags': {
      const ours = versionsOfTags(question.versions).map(({ version }) => version)
      return [orderOf(answer.versions ?? []), orderOf(ours)]
    }
    case 'index':
      return [helmIndex(answer), ourIndex(Buffer.from(question.index, 'base64'), question.names)]
    case 'url':
      return [answer.text ?? REFUSED, archiveUrl(question.base, question.url)?.href ?? REFUSED]
    case 'lock': {
      const { dependencies: locked, generated, digest } = question.lock
      const ours = lockText({ declared: [], locked, generated })
      return [answer.text ?? REFUSED, ours.replace(/^digest: .*$/m, `digest: ${digest}`)]
    }
  }
}

function verdicts(range: string, versions: readonly string[]): string {
  const constraint = parseConstraint(range)
  if (!constraint) return REFUSED
  const ours = versions.map((text) => {
    const version = parseChartVersion(text)
    if (!version) return 'x'
    return satisfies(version, constraint) ? '1' : '0'
  })
  return ours.join('')
}

function helmIndex({ error, entries = {} }: Answer): string {
  if (error !== undefined) return REFUSED
  return textOf(sorted(Object.entries(entries)))
}

function ourIndex(bytes: Buffer, names: readonly string[]): string {
  try {
    const found = [...readIndex(bytes, names)].map(([name, { usable }]) => [name, usable] as const)
    return textOf(sorted(found))
  } catch (error) {
    if (error instanceof IndexError) return REFUSED
    throw error
  }
}

function sorted(all: readonly (readonly [string, readonly HelmEntry[]])[]) {
  return [...all]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, list]) => [name, ...list.map((one) => [one.version, one.urls ?? [], one.digest])])
}

/** An order of versions, in which it does not count which of equal ones comes first: Go's sort is not stable. */
function orderOf(versions: readonly string[]): string {
  return versions
    .map((version) => {
      const parsed = parseChartVersion(version)
      if (!parsed) return 'none'
      const { major, minor, patch, prerelease } = parsed
      return `${major}.${minor}.${patch}-${prerelease}`
    })
    .join(' ')
}

function textOf(value: unknown): string {
  return JSON.stringify(value)
}
