import type { Target } from '../oci/spec/reference.ts'
import { IF_EXISTS, IF_NO_CHARTS_FOUND, type PublishRequest } from '../publish/model/request.ts'
import { failureOf, type Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { SecretRemark } from '../shared/secret-text.ts'
import { parseAnnotations } from './annotations-input.ts'
import { differentHosts, type HostSwitch, switchedHosts } from './host-switches.ts'
import type { InputName } from './input-names.ts'
import { InputParser } from './input-parser.ts'
import { commaEntries } from './list-entries.ts'
import type { SecretInputs } from './secret-inputs.ts'
import { parseSelection } from './selection.ts'
import { parseCa, parseClientCertificate } from './tls-inputs.ts'

/** Inputs as a face got them: texts, missing or empty where nothing was given; files of PEM text have been read. */
export interface Inputs extends SecretInputs {
  readonly texts: Readonly<Partial<Record<InputName, string>>>
  /** What is wrong with inputs that only the face has. */
  readonly problems?: readonly Problem[]
}

const DEFAULTS: Readonly<Partial<Record<InputName, string>>> = {
  'require-genuine': 'true',
  'if-exists': 'fail',
  'dry-run': 'false',
  'if-no-charts-found': 'error',
  'allow-outside-files': 'false',
  'allow-untrusted-checkout': 'false',
  // Helm packs on one core, and registries limit how much they take at once: so few are kind to both.
  concurrency: '4',
  'helm-download-url': 'https://get.helm.sh',
  // The longest wait for one answer to an upload, and what a push of the largest chart takes at 3 Mbit/s.
  timeout: '5m'
}

/** @throws Failure usage, with every problem of every input */
export function parseInputs({ texts, problems: found = [], ...secrets }: Inputs): PublishRequest {
  const problems: Problem[] = [...found]
  const notices: string[] = remarksOf('notice', secrets)
  const warnings: string[] = remarksOf('warning', secrets)
  const given = (name: InputName) => texts[name]?.trim() || undefined
  const text = (name: InputName) => given(name) ?? DEFAULTS[name] ?? ''
  const parser = new InputParser(problems, notices)
  const targets = parser.targets(given('registry'))
  const request: PublishRequest = {
    charts: parseSelection(texts.chart, problems),
    ifNoChartsFound: parser.choice(
      'if-no-charts-found',
      text('if-no-charts-found'),
      IF_NO_CHARTS_FOUND
    ),
    targets,
    credential: targets.length === 0 ? undefined : parser.credential(given('username'), secrets),
    registryAuth: secrets.registryAuth,
    registryConfig: given('registry-config'),
    tokenHosts: parser.tokenHosts(given('token-hosts') ?? ''),
    ca: parseCa(given('ca'), problems),
    clientCertificate:
      targets[0] && parseClientCertificate(given('client-cert'), secrets, { problems, warnings }),
    ...hostSwitches(given, targets, problems),
    requireGenuine: parser.flag('require-genuine', text('require-genuine')),
    version: given('version'),
    appVersion: given('app-version'),
    ifExists: parser.choice('if-exists', text('if-exists'), IF_EXISTS),
    dryRun: parser.flag('dry-run', text('dry-run')),
    tags: commaEntries('tags', text('tags'), problems),
    concurrency: parser.count('concurrency', text('concurrency')),
    destination: given('destination'),
    ociLayout: given('oci-layout'),
    annotations: parseAnnotations(linesOf(text('annotations')), problems),
    helmVersion: parser.helmVersion(given('helm-version')),
    helmSha256: parser.sha256(given('helm-sha256'), given('helm-version')),
    helmDownloadUrl: parser.downloadUrl(text('helm-download-url')),
    sourceDateEpoch: parser.epoch(given('source-date-epoch')),
    timeoutMs: parser.timeout(text('timeout')),
    allowOutsideFiles: parser.flag('allow-outside-files', text('allow-outside-files')),
    allowUntrustedCheckout: parser.flag(
      'allow-untrusted-checkout',
      text('allow-untrusted-checkout')
    ),
    warnings,
    notices
  }
  if (request.ociLayout !== undefined && targets.length > 0) problems.push(layoutAndRegistry())
  if (texts.registry?.trim() === '') notices.push(...unusedLogin(secrets))
  problems.push(...severalHosts(request))
  if (problems.length > 0) throw failureOf('usage', problems)
  return request
}

function remarksOf(level: SecretRemark['level'], { remarks = [] }: SecretInputs): string[] {
  return remarks.filter((remark) => remark.level === level).map(({ text }) => text)
}

/** An action has `registry` always, `package` never: one that is empty may come from a variable that is not set. */
function unusedLogin({ password, identityToken, registryAuth }: SecretInputs): readonly string[] {
  const given = [
    password && 'password',
    identityToken && 'identity-token',
    registryAuth && 'registry-auth'
  ]
  const names = given.filter(Boolean).map((name) => `\`${name}\``)
  if (names.length === 0) return []
  return [
    `${input('registry')} is empty, so charts are packaged and not published, and ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not used. To publish, set ${input('registry')}.`
  ]
}

function layoutAndRegistry(): Problem {
  const message = `${input('oci-layout')} keeps charts for a later run, but ${input('registry')} is given too.`
  const fix = `Do not set ${input('registry')}, and publish ${input('chart', 'oci-layout:FOLDER')} in a second step.`
  return { message, fix }
}

function linesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function hostSwitches(
  given: (name: InputName) => string | undefined,
  targets: readonly Target[],
  problems: Problem[]
): Pick<PublishRequest, 'plainHttpHosts' | 'unverifiedHosts'> {
  const hosts = targets.map(({ host }) => host)
  const hostsOf = (name: HostSwitch['name']) => {
    return switchedHosts({ name, text: given(name) }, hosts, problems)
  }
  return {
    plainHttpHosts: hostsOf('plain-http'),
    unverifiedHosts: hostsOf('insecure-skip-tls-verify')
  }
}

/** A login and a client certificate are for one host. */
function severalHosts({
  credential,
  clientCertificate,
  targets
}: PublishRequest): readonly Problem[] {
  const different = differentHosts(targets.map(({ host }) => host))
  if (different.length < 2 || !(credential || clientCertificate)) return []
  const message = `A login and a client certificate are for one host, but several are named: ${different.join(', ')}.`
  return [
    { message, fix: `Give logins by host in ${input('registry-auth')}, or use one host at a time.` }
  ]
}
