import { type ClientCertificate, caProblem, examineClientCertificate } from '../http/tls-options.ts'
import type { Problem } from '../shared/failure.ts'
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
