import { registryEntry, sourceHosts } from '../publish/model/chart-source.ts'
import type { PublishRequest, Selection } from '../publish/model/request.ts'
import { failureOf, type Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { findingsIn } from './findings.ts'
import { parseHelm } from './helm-inputs.ts'
import { parseAccess } from './parse-access.ts'
import { parseAnnotations } from './parse-annotations.ts'
import { parseRepositories } from './parse-repositories.ts'
import { parseTargets } from './parse-targets.ts'
import { needRegistry, parseGpg, parseTrust } from './parse-trust.ts'
import type { SecretInputs } from './secret-inputs.ts'
import { type InputTexts, type InputValues, parseValues } from './values.ts'

/** Inputs as a face got them; files of PEM text have been read. */
export interface Inputs extends SecretInputs {
  readonly texts: InputTexts
  /** Whether GitHub keeps the secrets of the repository from this run. */
  readonly isWithoutSecrets?: boolean
}

/** @throws Failure usage, with every problem of every input */
export function parseInputs({
  texts,
  isWithoutSecrets = false,
  ...secrets
}: Inputs): PublishRequest {
  const unread: Problem[] = []
  const values = parseValues(texts, unread)
  const findings = findingsIn(secrets, isWithoutSecrets && values.dryRun)
  const { problems, notices, warnings } = findings
  problems.push(...unread)
  const targets = parseTargets(values.registry, findings)
  const charts = parseSelection(values.chart)
  problems.push(...copyProblems(charts, values.attest))
  const hosts = [...targets.map(({ host }) => host), ...sourceHosts(charts.included)]
  const others = isPackage(texts) && hosts.length === 0 ? 'only' : 'maybe'
  const request: PublishRequest = {
    ...plainOf(values),
    ...parseAccess({ values, secrets, hosts, others }, findings),
    ...parseHelm(values, problems),
    charts,
    targets,
    annotations: parseAnnotations(values.annotations, problems),
    repositories: parseRepositories(values.repositories, problems),
    gpg: parseGpg(values.gpgKeyId, secrets, findings),
    trust: parseTrust(values, secrets, findings),
    lacksSecrets: findings.mayLackSecrets,
    warnings,
    notices
  }
  if (request.ociLayout !== undefined && targets.length > 0) problems.push(layoutAndRegistry())
  problems.push(...compressedLayout(request.ociLayout))
  if (targets.length === 0) problems.push(...needRegistry(request))
  if (hosts.length === 0 && !texts.registry?.trim()) notices.push(...unusedLogin(texts, secrets))
  if (problems.length > 0) throw failureOf('usage', problems)
  return request
}

/** The inputs that need no more than their kind says: they are in the request under their own names. */
function plainOf(values: InputValues) {
  const {
    chart,
    registry,
    username,
    tokenHosts,
    annotations,
    repositories,
    gpgKeyId,
    sign,
    attest,
    githubAttestation,
    sigstore,
    trustedRoot,
    summary,
    helmVersion,
    helmSha256,
    helmDownloadUrl,
    sourceDateEpoch,
    ca,
    clientCert,
    insecureSkipTlsVerify,
    plainHttp,
    timeout,
    ...plain
  } = values
  return plain
}

/** An action has `registry` always, `package` never: one that is empty may come from a variable that is not set. */
function isPackage({ registry }: InputTexts): boolean {
  return registry === undefined
}

/** What is for the registry to publish to, where there is none. */
function unusedLogin(
  texts: InputTexts,
  { password, identityToken, clientKey }: SecretInputs
): readonly string[] {
  const given = [
    password && input('password'),
    identityToken && input('identity-token'),
    clientKey && input('client-key')
  ]
  const names = given.filter((name) => name !== undefined)
  if (names.length === 0) return []
  const unused = `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not used`
  const dependencies = `Logins for dependencies belong in ${input('registry-auth')}.`
  if (isPackage(texts)) return [`\`package\` publishes nothing: ${unused}. ${dependencies}`]
  return [
    `${input('registry')} is empty, so charts are only packaged, and ${unused}. To publish, set ${input('registry')}. ${dependencies}`
  ]
}

/** A name that would make a folder of what is meant to be a file. */
function compressedLayout(path = ''): readonly Problem[] {
  const [, name] = /^(.*)\.(?:tgz|tar\.\w+)$/s.exec(path) ?? []
  if (name === undefined) return []
  const message = `${input('oci-layout')} is "${path}", but a layout is written as a folder, or as a tar file that is not compressed.`
  return [{ message, fix: `Set ${input('oci-layout', `${name}.tar`)}.` }]
}

function layoutAndRegistry(): Problem {
  const message = `${input('oci-layout')} saves charts for a later run, but ${input('registry')} is given too.`
  const fix = `Do not set ${input('registry')}, and publish ${input('chart', 'oci-layout:FOLDER')} (or \`oci-archive:FILE.tar\`) in a second step.`
  return { message, fix }
}

/** What is wrong with the charts that are to be copied from registries. */
function copyProblems({ included }: Selection, attest: InputValues['attest']): readonly Problem[] {
  const copied = included.filter((entry) => registryEntry(entry))
  const unread = copied.flatMap((entry) => {
    const parsed = registryEntry(entry)
    return parsed && 'problem' in parsed ? [parsed.problem] : []
  })
  const isAttested = copied.length > 0 && attest !== 'off'
  return isAttested ? [...unread, attestedCopy(attest)] : unread
}

/** The provenance would say that this run has made what others made. */
function attestedCopy(attest: string): Problem {
  const message = `${input('attest', attest)} is for charts that the run packages, but ${input('chart')} names one of a registry.`
  const fix = `Leave out ${input('attest')}: what is attached to that chart is copied with it.`
  return { message, fix }
}

/** Splits the entries of `chart` into those that name charts and those that exclude some. */
export function parseSelection(entries: readonly string[]): Selection {
  const included = entries.filter((entry) => !entry.startsWith('!'))
  const excluded = entries.flatMap((entry) => {
    const path = entry.startsWith('!') ? entry.slice(1).trim() : ''
    return path === '' ? [] : [path]
  })
  return { included, excluded }
}
