import {
  type ClientCertificate,
  caProblem,
  examineClientCertificate
} from '../../oci/transport/tls-options.ts'
import type { Problem } from '../../shared/failure.ts'
import type { SecretInputs } from './secret-inputs.ts'

/** Where what is found goes: problems end the run, warnings are logged and stand in the result. */
export interface Findings {
  readonly problems: Problem[]
  readonly warnings: string[]
}

/** The certificates of `ca`, checked. */
export function parseCa(ca: string | undefined, problems: Problem[]): string | undefined {
  const problem = ca === undefined ? undefined : caProblem(ca)
  if (problem) problems.push(problem)
  return ca
}

/** The client certificate with its key, checked; undefined where neither is given. */
export function parseClientCertificate(
  certificate: string | undefined,
  { clientKey, clientKeyPassphrase: passphrase }: SecretInputs,
  findings: Findings
): ClientCertificate | undefined {
  if (certificate === undefined && !clientKey) return undefined
  if (certificate === undefined || !clientKey) {
    findings.problems.push(missingHalf(certificate === undefined))
    return undefined
  }
  const client = { certificate, key: clientKey, passphrase }
  const { problem, warning } = examineClientCertificate(client, new Date())
  if (problem) findings.problems.push(problem)
  if (warning) findings.warnings.push(warning)
  return client
}

function missingHalf(lacksCertificate: boolean): Problem {
  const [has, lacks] = lacksCertificate
    ? ['client-key', 'client-cert']
    : ['client-cert', 'client-key']
  return {
    message: `\`${has}\` is given, \`${lacks}\` is empty.`,
    fix: `Set \`${lacks}\`; secrets are empty in runs from forks and from Dependabot.`
  }
}

interface RequestRisks {
  readonly warnings: readonly string[]
  readonly unverifiedHosts: readonly string[]
}

/** What is not safe about a request: with a target (`host/path`), only what is so there. */
export function requestWarnings(
  { warnings, unverifiedHosts }: RequestRisks,
  target?: string | null
): readonly string[] {
  const hosts = unverifiedHosts.filter((host) => {
    return target === undefined || target?.startsWith(`${host}/`) || target === host
  })
  return [...hosts.map(unverifiedWarning), ...warnings]
}

function unverifiedWarning(host: string): string {
  return `The certificate of ${host} is NOT VERIFIED (\`insecure-skip-tls-verify\`): whoever is on the way can read the login and change what is published. \`ca\` is the safe way.`
}
