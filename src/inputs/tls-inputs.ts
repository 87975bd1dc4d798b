import { type ClientCertificate, caProblem, examineClientCertificate } from '../http/tls-options.ts'
import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Findings } from './findings.ts'
import type { SecretInputs } from './secret-inputs.ts'

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
    findings.problems.push(
      certificate === undefined
        ? missingHalf('client-key', 'client-cert')
        : missingHalf('client-cert', 'client-key')
    )
    return undefined
  }
  const client = { certificate, key: clientKey, passphrase }
  const { problem, warning } = examineClientCertificate(client, new Date())
  if (problem) findings.problems.push(problem)
  if (warning) findings.warnings.push(warning)
  return client
}

/** The problem of an input that is given without the one that belongs to it. */
export function missingHalf(given: string, missing: string): Problem {
  return {
    message: `${input(given)} is given, ${input(missing)} is empty.`,
    fix: `Set ${input(missing)}; secrets are empty in runs from forks and from Dependabot.`
  }
}
