import type { HelmVersion } from '../helm/helm-version.ts'
import type { Credential } from '../oci/credential.ts'
import type { Target } from '../oci/reference.ts'
import type { TlsSettings } from '../oci/tls-options.ts'
import { failureOf, type Problem } from '../shared/failure.ts'
import type { Secret } from '../shared/secret.ts'
import type { InputName } from './input-names.ts'
import { InputParser } from './input-parser.ts'
import { parseTls, type TlsInputs } from './tls-inputs.ts'

/** Inputs as a face got them: texts, missing or empty where nothing was given. */
export interface Inputs {
  readonly texts: Readonly<Partial<Record<InputName, string>>>
  readonly password: Secret | undefined
  /** The private key itself, in PEM. */
  readonly clientKey?: Secret | undefined
  readonly clientKeyPassphrase?: Secret | undefined
}

/** What is to be published, with which means: the inputs, parsed. */
export interface PublishRequest {
  /** A chart directory or an archive, as it was given. */
  readonly chart: string
  /** Undefined: package and validate only. */
  readonly target: Target | undefined
  readonly credential: Credential | undefined
  /** Undefined: as Node does it. */
  readonly tls: TlsSettings | undefined
  readonly plainHttp: boolean
  /** Whether an archive has to bear every mark of `helm package`. */
  readonly requireGenuine: boolean
  readonly version: string | undefined
  readonly appVersion: string | undefined
  /** Folder for the archive; undefined keeps none when something is pushed. */
  readonly destination: string | undefined
  readonly helmVersion: HelmVersion | undefined
  readonly helmSha256: string | undefined
  readonly helmDownloadUrl: string
  /** Seconds since 1970. */
  readonly sourceDateEpoch: number | undefined
  /** For the whole conversation with the target. */
  readonly timeoutMs: number
  /** What is not safe, one sentence each. */
  readonly warnings: readonly string[]
  /** What was read otherwise than it was written, one sentence each. */
  readonly notices: readonly string[]
}

const HELM_DOWNLOADS = 'https://get.helm.sh'
/** The longest wait for one answer to an upload, and what a push of the largest chart takes at 3 Mbit/s. */
const DEFAULT_TIMEOUT = '5m'

/** @throws Failure usage, with every problem of every input */
export function parseInputs({ texts, password, ...secrets }: Inputs): PublishRequest {
  const problems: Problem[] = []
  const notices: string[] = []
  const warnings: string[] = []
  const given = (name: InputName) => texts[name]?.trim() || undefined
  const parser = new InputParser(problems, notices)
  const target = parser.target(given('registry'))
  const request: PublishRequest = {
    chart: parser.chart(given('chart') ?? '.'),
    target,
    credential: target && parser.credential(given('username'), password),
    tls: target && parseTls(tlsInputs(given, secrets), target, { problems, warnings }),
    plainHttp: parser.flag('plain-http', given('plain-http') ?? 'false'),
    requireGenuine: parser.flag('require-genuine', given('require-genuine') ?? 'true'),
    version: parser.version(given('version')),
    appVersion: given('app-version'),
    destination: given('destination'),
    helmVersion: parser.helmVersion(given('helm-version')),
    helmSha256: parser.sha256(given('helm-sha256'), given('helm-version')),
    helmDownloadUrl: parser.downloadUrl(given('helm-download-url') ?? HELM_DOWNLOADS),
    sourceDateEpoch: parser.epoch(given('source-date-epoch')),
    timeoutMs: parser.timeout(given('timeout') ?? DEFAULT_TIMEOUT),
    warnings,
    notices
  }
  if (problems.length > 0) throw failureOf('usage', problems)
  return request
}

function tlsInputs(
  given: (name: InputName) => string | undefined,
  { clientKey, clientKeyPassphrase }: Pick<Inputs, 'clientKey' | 'clientKeyPassphrase'>
): TlsInputs {
  return {
    ca: given('ca'),
    clientCert: given('client-cert'),
    clientKey,
    clientKeyPassphrase,
    insecureSkipTlsVerify: given('insecure-skip-tls-verify')
  }
}
