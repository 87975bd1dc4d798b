import type { SignArchive } from '../../artifact/packed-chart.ts'
import type { NamedRepositories } from '../../dependencies/rules/repository-name.ts'
import { DEPENDENCY_MODES, type DependencyMode } from '../../directory/dependency-mode.ts'
import type { HelmVersion } from '../../helm/helm-version.ts'
import type { RegistryAccess } from '../../oci/access.ts'
import type { RegistryPool } from '../../oci/registry-pool.ts'
import type { Target } from '../../oci/spec/reference.ts'
import type { GivenKey } from '../../pgp/signing-key.ts'
import type { CommandContext } from '../../shared/command-context.ts'
import type { IdentitySources } from '../../sigstore/identity-sources.ts'
import type { TrustRequest } from './trust-request.ts'

export { DEPENDENCY_MODES }

/** What is to become of a version that exists with other content. */
export const IF_EXISTS = ['fail', 'skip', 'overwrite'] as const
export type IfExists = (typeof IF_EXISTS)[number]

/** What a run without charts ends as. */
export const IF_NO_CHARTS_FOUND = ['error', 'warn', 'ignore'] as const
export type IfNoChartsFound = (typeof IF_NO_CHARTS_FOUND)[number]

/** What is made of the findings of `helm lint`. */
export const LINT = ['warn', 'fail', 'strict', 'off'] as const
type LintInput = (typeof LINT)[number]

/** What was asked for in `chart`: paths and patterns; `!` in front leaves out what it matches. */
export interface Selection {
  readonly included: readonly string[]
  readonly excluded: readonly string[]
}

/** What `annotations` asks for. */
export interface GivenAnnotations {
  readonly entries: ReadonlyMap<string, string>
  /** Whether source and revision are to be added, as the CI tells them. */
  readonly isAuto: boolean
}

/** What is to be published, with which means: the inputs, parsed. */
export interface PublishRequest extends RegistryAccess {
  readonly charts: Selection
  readonly ifNoChartsFound: IfNoChartsFound
  /** Empty: package and validate only. */
  readonly targets: readonly Target[]
  /** Whether an archive has to bear every mark of `helm package`. */
  readonly requireGenuine: boolean
  /** A version, or a release tag that names one; see {@link releaseVersion}. */
  readonly version: string | undefined
  readonly appVersion: string | undefined
  readonly ifExists: IfExists
  readonly dryRun: boolean
  /** Templates of more tags. */
  readonly tags: readonly string[]
  /** Folder for the archives; undefined keeps none when something is pushed. */
  readonly destination: string | undefined
  /** An OCI image layout to add the charts to: a folder, or a tar file. */
  readonly ociLayout: string | undefined
  readonly annotations: GivenAnnotations
  /** The PGP key to sign archives with. */
  readonly gpg: GivenKey | undefined
  /** What is signed and attested with Sigstore. */
  readonly trust: TrustRequest
  /** Whether this is a dry run that GitHub gives no secrets and no ID token: what needs them is not checked then. */
  readonly lacksSecrets: boolean
  /** Whether everybody has to be able to pull what was published. */
  readonly requirePublic: boolean
  /** The file for Artifact Hub, with `{{name}}` for the name of the chart. */
  readonly artifacthubRepo: string | undefined
  readonly helmVersion: HelmVersion | undefined
  readonly helmSha256: string | undefined
  readonly helmDownloadUrl: string
  /** Seconds since 1970. */
  readonly sourceDateEpoch: number | undefined
  /** What `helm lint` finds that keeps a chart from being published. */
  readonly lint: LintInput
  /** Values files to lint with, and patterns of them. */
  readonly lintValues: readonly string[]
  /** What is done about dependencies. */
  readonly dependencies: DependencyMode
  /** URLs of repositories that Chart.yaml names by `@name`. */
  readonly repositories: NamedRepositories
  /** Whether links of a chart may lead out of the work tree. */
  readonly allowOutsideFiles: boolean
  /** Whether code that may be a stranger's is packaged by events that have the secrets of the repository. */
  readonly allowUntrustedCheckout: boolean
}

/** The inputs, with what they leave to the CI to say. */
export interface ReleaseRequest extends Omit<PublishRequest, 'annotations'> {
  /** To be merged into the manifests. */
  readonly annotations: ReadonlyMap<string, string>
}

/** What the inputs ask of every chart. */
export type ChartInputs = Pick<
  ReleaseRequest,
  | 'version'
  | 'appVersion'
  | 'annotations'
  | 'requireGenuine'
  | 'sourceDateEpoch'
  | 'allowOutsideFiles'
  | 'dependencies'
>

/** What a run works with in addition to the inputs. */
export interface RunContext extends CommandContext {
  /** A private folder, removed when the run ends. */
  readonly folder: string
  /** Where ID tokens come from. */
  readonly identity: IdentitySources
}

/** What one chart is loaded by. */
export interface LoadOptions {
  readonly inputs: ChartInputs
  /** Whether the run has no other. */
  readonly isOnlyChart: boolean
  /** URLs of repositories by name, those of the machine among them; looked for when a chart has such a name. */
  readonly repositories: () => Promise<NamedRepositories>
  /** Makes the provenance of an archive; undefined where nothing is signed. */
  readonly sign: SignArchive | undefined
  /** The registries that charts are copied from. */
  readonly registries: Pick<RegistryPool, 'with'>
  /** Whether the run has targets, so that what is attached to a copied chart goes there too. */
  readonly isPublished: boolean
}

export type LoadContext = Pick<RunContext, 'folder' | 'secrets' | 'logger' | 'signal'>
