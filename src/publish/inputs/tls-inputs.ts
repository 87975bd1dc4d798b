import { type Target, withoutUser } from '../../oci/spec/reference.ts'
import {
  caProblem,
  examineClientCertificate,
  type TlsSettings
} from '../../oci/transport/tls-options.ts'
import type { Problem } from '../../shared/failure.ts'
import type { Secret } from '../../shared/secret.ts'

/** The inputs about TLS; files of PEM text have been read. */
export interface TlsInputs {
  readonly ca: string | undefined
  readonly clientCert: string | undefined
  readonly clientKey: Secret | undefined
  readonly clientKeyPassphrase: Secret | undefined
  readonly insecureSkipTlsVerify: string | undefined
}

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

/** The TLS of the run to one target; undefined when nothing is to differ from Node's defaults. */
export function parseTls(
  inputs: TlsInputs,
  target: Target,
  findings: Findings
): TlsSettings | undefined {
  const { ca } = inputs
  const clientCertificate = readClientCertificate(inputs, findings)
  const skipsVerification = parseSkip(inputs.insecureSkipTlsVerify ?? 'false', target, findings)
  if (ca === undefined && !clientCertificate && !skipsVerification) return undefined
  return { ca, clientCertificate, skipsVerification }
}

function readClientCertificate(
  { clientCert: certificate, clientKey, clientKeyPassphrase: passphrase }: TlsInputs,
  findings: Findings
): TlsSettings['clientCertificate'] {
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

/** `true`, `false`, or hosts, one per line: only the one that the run goes to makes sense. */
function parseSkip(text: string, { host }: Target, { problems, warnings }: Findings): boolean {
  const hosts = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (hosts.length === 1 && hosts[0] === 'false') return false
  const strange = hosts.filter((given) => given !== 'true' && given !== host)
  if (hosts.length > 1 && hosts.includes('true')) strange.push('true')
  if (strange.length > 0) {
    problems.push({
      message: `\`insecure-skip-tls-verify\` names "${strange.map(withoutUser).join(', ')}", but the registry is ${host}.`,
      fix: `Set it to true, false or ${host}.`
    })
    return false
  }
  warnings.push(
    `The certificate of ${host} is NOT VERIFIED (\`insecure-skip-tls-verify\`): whoever is on the way can read the login and change what is published. \`ca\` is the safe way.`
  )
  return true
}
