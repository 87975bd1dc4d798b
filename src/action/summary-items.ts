import { errorIn, type Publication } from '../publish/model/publication.ts'
import { nameOf, problemsOf } from '../publish/report/group-errors.ts'
import { type VerifyOptions, verifyCommands } from '../publish/report/verify-commands.ts'
import { messageAndWhy, type Problem } from '../shared/failure.ts'
import type { Markup } from './html.ts'

/** Charts that are named where many have the same message. */
const MOST_NAMED = 3

/** Everything that failed, the charts and targets of one message together. */
export function failureItems(
  publications: readonly Publication[],
  markup: Markup
): readonly string[] {
  const failures = publications.flatMap((publication) => {
    const error = publication.status === 'not-attempted' ? undefined : errorIn(publication)
    return error === undefined
      ? []
      : [{ publication, html: problemsHtml(problemsOf(error), markup) }]
  })
  return itemsOf('❌', failures, markup)
}

/** Every warning, with the charts and targets that it is about. */
export function warningItems(
  publications: readonly Publication[],
  markup: Markup
): readonly string[] {
  const warnings = publications.flatMap((publication) => {
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

interface Item {
  readonly publication: Publication
  readonly html: string
}

function itemsOf(sign: string, items: readonly Item[], markup: Markup): readonly string[] {
  const byText = new Map<string, Publication[]>()
  for (const { publication, html } of items) {
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
    return markup.code(placeOf(publication))
  })
  const more = publications.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}

function placeOf(publication: Publication): string {
  const { target } = publication
  return target === undefined ? nameOf(publication) : `${nameOf(publication)} → ${target}`
}

/** Helm's limit for names of releases (helm, pkg/chart/v2/util, ValidateReleaseName). */
const LONGEST_RELEASE_NAME = 53

/** Helm finds other versions by what the registry lists, where it leaves out all that is not SemVer. */
const STRICT_VERSION = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?$/

/**
 * The commands that install and pull a chart, as Helm 4.3 and 3.22 take them: by its version, and by its digest, with
 * which Helm would ignore a version. None where it is not in the registry.
 */
export function pullLines(publication: Publication, hosts: VerifyOptions): readonly string[] {
  const isPushed = 'content' in publication && 'place' in publication
  if (!isPushed || publication.status === 'planned') return []
  const { facts, place, content } = publication
  const { subjectName } = place
  const flag = flagFor(`${subjectName}@`, hosts)
  const commandsFor = (rest: string) => {
    const pull = `helm pull ${rest}${flag}`
    if (facts.isLibrary) return [pull]
    return [`helm install ${releaseName(facts.name)} ${rest}${flag}`, pull]
  }
  const isListed = STRICT_VERSION.test(facts.version)
  return [
    ...(isListed ? commandsFor(`oci://${subjectName} --version ${facts.version}`) : []),
    ...commandsFor(`oci://${subjectName}@${content.digest}`)
  ]
}

/** For many charts: the first of them and the last one, which pulls by digest. */
export function fewPullLines(publication: Publication, hosts: VerifyOptions): readonly string[] {
  const lines = pullLines(publication, hosts)
  return [...new Set([...lines.slice(0, 1), ...lines.slice(-1)])]
}

/** The commands that verify what was published: by cosign, gh and helm. */
export function verifyLines(publication: Publication, hosts: VerifyOptions): readonly string[] {
  return [...verifyCommands(publication, hosts), ...pgpLines(publication, hosts)]
}

/** Helm finds the name of the signed file by the version alone: neither a digest nor another tag will do. */
function pgpLines(publication: Publication, hosts: VerifyOptions): readonly string[] {
  if (publication.status !== 'published' || !publication.facts.pgpFingerprint) return []
  const { facts, place } = publication
  const { subjectName } = place
  const chart = `oci://${subjectName} --version ${facts.version}`
  return [
    '# or from a file: gpg --dearmor < public.asc > public.gpg',
    `gpg --export ${facts.pgpFingerprint} > public.gpg`,
    `helm pull ${chart} --verify --keyring public.gpg${flagFor(`${subjectName}@`, hosts)}`
  ]
}

function flagFor(refDigest: string, { plainHttpHosts, unverifiedHosts }: VerifyOptions): string {
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
