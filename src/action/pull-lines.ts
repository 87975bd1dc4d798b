import type { PublishRequest } from '../publish/inputs/inputs.ts'
import type { Outcome } from '../publish/outcome.ts'

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
