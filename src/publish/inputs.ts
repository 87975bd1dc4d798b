import type { HelmVersion } from '../helm/helm-version.ts'
import type { Credential } from '../oci/credential.ts'
import type { Target } from '../oci/reference.ts'
import type { RegistryAuth } from '../oci/registry-auth.ts'
import { failureOf, type Problem } from '../shared/failure.ts'
import type { InputName } from './input-names.ts'
import { InputParser } from './input-parser.ts'
import type { SecretInputs } from './secret-inputs.ts'

/** Inputs as a face got them: texts, missing or empty where nothing was given. */
export interface Inputs extends SecretInputs {
  readonly texts: Readonly<Partial<Record<InputName, string>>>
}

/** What is to be published, with which means: the inputs, parsed. */
export interface PublishRequest {
  /** A chart directory or an archive, as it was given. */
  readonly chart: string
  /** Undefined: package and validate only. */
  readonly target: Target | undefined
  /** The one that was given for this registry alone. */
  readonly credential: Credential | undefined
  readonly registryAuth: RegistryAuth | undefined
  /** File to look for logins in, in place of the user's own. */
  readonly registryConfig: string | undefined
  /** Hosts of token services that may get a password; empty: every one that may be trusted. */
  readonly tokenHosts: readonly string[]
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
  /** What was read otherwise than it was written, one sentence each. */
  readonly notices: readonly string[]
}

const HELM_DOWNLOADS = 'https://get.helm.sh'

/** @throws Failure usage, with every problem of every input */
export function parseInputs({ texts, ...secrets }: Inputs): PublishRequest {
  const problems: Problem[] = []
  const notices: string[] = []
  const given = (name: InputName) => texts[name]?.trim() || undefined
  const parser = new InputParser(problems, notices)
  const target = parser.target(given('registry'))
  const request: PublishRequest = {
    chart: parser.chart(given('chart') ?? '.'),
    target,
    credential: target && parser.credential(given('username'), secrets),
    registryAuth: secrets.registryAuth,
    registryConfig: given('registry-config'),
    tokenHosts: parser.tokenHosts(given('token-hosts') ?? ''),
    plainHttp: parser.flag('plain-http', given('plain-http') ?? 'false'),
    requireGenuine: parser.flag('require-genuine', given('require-genuine') ?? 'true'),
    version: parser.version(given('version')),
    appVersion: given('app-version'),
    destination: given('destination'),
    helmVersion: parser.helmVersion(given('helm-version')),
    helmSha256: parser.sha256(given('helm-sha256'), given('helm-version')),
    helmDownloadUrl: parser.downloadUrl(given('helm-download-url') ?? HELM_DOWNLOADS),
    sourceDateEpoch: parser.epoch(given('source-date-epoch')),
    notices
  }
  if (problems.length > 0) throw failureOf('usage', problems)
  return request
}
