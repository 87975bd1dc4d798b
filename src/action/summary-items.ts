import type { Outcome } from '../publish/model/outcome.ts'
import type { Publication } from '../publish/model/publication.ts'
import type { PublishRequest } from '../publish/model/request.ts'
import { Failure, messageAndWhy, type Problem } from '../shared/failure.ts'
import type { Markup } from './html.ts'

/** Charts that are named where many have the same to tell. */
const MOST_NAMED = 3

/** Everything that failed, the charts and targets of one message together. */
export function failureItems(outcomes: readonly Outcome[], markup: Markup): readonly string[] {
  const failures = outcomes.flatMap(({ publication, error }) => {
    const problems = error instanceof Failure ? error.problems : [publication.error ?? []].flat()
    return problems.length > 0 ? [{ publication, html: problemsHtml(problems, markup) }] : []
  })
  return itemsOf('❌', failures, markup)
}

/** Every warning, with the charts and targets that it is about. */
export function warningItems(outcomes: readonly Outcome[], markup: Markup): readonly string[] {
  const warnings = outcomes.flatMap(({ publication }) => {
    return publication.warnings.map((text) => ({ publication, html: markup.prose(text) }))
  })
  return itemsOf('⚠️', warnings, markup)
}

/** Each problem with its fix; one that several in a row share stands behind the last of them. */
export function problemsHtml(problems: readonly Problem[], markup: Markup): string {
  const lines = problems.flatMap(({ fix, ...problem }, index) => {
    const said = markup.prose(messageAndWhy(problem))
    return problems[index + 1]?.fix === fix ? [said] : [said, `<b>Fix:</b> ${markup.prose(fix)}`]
  })
  return lines.join('<br>\n')
}

interface Told {
  readonly publication: Publication
  readonly html: string
}

function itemsOf(sign: string, told: readonly Told[], markup: Markup): readonly string[] {
  const byText = new Map<string, Publication[]>()
  for (const { publication, html } of told) {
    const publications = byText.get(html) ?? []
    byText.set(html, publications)
    publications.push(publication)
  }
  return [...byText].map(([html, publications]) => {
    return `<p>${sign} ${namesOf(publications, markup)}<br>\n${html}</p>`
  })
}

function namesOf(publications: readonly Publication[], markup: Markup): string {
  const names = publications.slice(0, MOST_NAMED).map((publication) => {
    return markup.code(nameOf(publication))
  })
  const more = publications.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}

function nameOf({ chart, name, version, target }: Publication): string {
  const what = name === null ? chart : `${name} ${version ?? ''}`.trim()
  return target === null ? what : `${what} → ${target}`
}

/** The hosts that helm reaches only with a flag. */
export type HostFlags = Pick<PublishRequest, 'plainHttpHosts' | 'unverifiedHosts'>

/** Helm's limit for names of releases (helm, pkg/chart/v2/util, ValidateReleaseName). */
const LONGEST_RELEASE_NAME = 53

/**
 * The commands that install and pull a chart by its digest, as Helm 4.3 and 3.22 take them; none where
 * nothing, or no chart, is in the registry. A version beside the digest would not be looked at.
 */
export function pullLines(outcome: Outcome, hosts: HostFlags): readonly string[] {
  const { refDigest, chartDigest, status, name } = outcome.publication
  const isThere = status === 'published' || status === 'unchanged' || status === 'skipped'
  if (!isThere || refDigest === null || chartDigest === null || name === null) return []
  const rest = `oci://${refDigest}${flagFor(refDigest, hosts)}`
  const pull = `helm pull ${rest}`
  return outcome.isLibrary ? [pull] : [`helm install ${releaseName(name)} ${rest}`, pull]
}

function flagFor(refDigest: string, { plainHttpHosts, unverifiedHosts }: HostFlags): string {
  const isAt = (host: string) => refDigest.startsWith(`${host}/`)
  if (plainHttpHosts.some(isAt)) return ' --plain-http'
  return unverifiedHosts.some(isAt) ? ' --insecure-skip-tls-verify' : ''
}

/** A chart's name may have "_" and be longer, that of a release may not. */
function releaseName(name: string): string {
  return name
    .replaceAll('_', '-')
    .slice(0, LONGEST_RELEASE_NAME)
    .replace(/[-.]+$/, '')
}
