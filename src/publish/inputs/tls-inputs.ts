import { readFileSync } from 'node:fs'
import { type Target, withoutUser } from '../../oci/spec/reference.ts'
import {
  caProblem,
  examineClientCertificate,
  type TlsSettings
} from '../../oci/transport/tls-options.ts'
import { codeOf, Failure, type Problem } from '../../shared/failure.ts'
import type { Secret } from '../../shared/secret.ts'
import type { SecretKeeper } from '../../shared/secret-keeper.ts'
import { textOf } from '../../shared/secret-text.ts'

/** The inputs about TLS, as a face got them. */
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

/**
 * Reads a private key, given as PEM text or as the path of a file; every form of it is masked. What is neither
 * may be a key in another form: it is masked as well, and not shown.
 * @throws Failure usage, when it is neither
 */
export function readClientKey(text: string, secrets: SecretKeeper): Secret | undefined {
  if (text.trim() === '') return undefined
  if (isPem(text)) return secrets.keep(text)
  const { content, code } = readText(text.trim())
  if (content !== undefined) return secrets.keep(content)
  secrets.keep(text)
  const message = `\`client-key\` is neither PEM text nor the path of a file that can be read: ${code}.`
  throw new Failure('usage', { message, fix: fixFor('client-key') })
}

/** The TLS of the run to one target; undefined when nothing is to differ from Node's defaults. */
export function parseTls(
  inputs: TlsInputs,
  target: Target,
  findings: Findings
): TlsSettings | undefined {
  const ca = readPem('ca', inputs.ca, findings)
  const problem = ca === undefined ? undefined : caProblem(ca)
  if (problem) findings.problems.push(problem)
  const clientCertificate = readClientCertificate(inputs, findings)
  const skipsVerification = parseSkip(inputs.insecureSkipTlsVerify ?? 'false', target, findings)
  if (ca === undefined && !clientCertificate && !skipsVerification) return undefined
  return { ca, clientCertificate, skipsVerification }
}

function readClientCertificate(
  { clientCert, clientKey, clientKeyPassphrase: passphrase }: TlsInputs,
  findings: Findings
): TlsSettings['clientCertificate'] {
  if (clientCert === undefined && !clientKey) return undefined
  if (clientCert === undefined || !clientKey) {
    findings.problems.push(missingHalf(clientCert === undefined))
    return undefined
  }
  const certificate = readPem('client-cert', clientCert, findings)
  if (certificate === undefined) return undefined
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

function readPem(
  name: string,
  text: string | undefined,
  { problems }: Findings
): string | undefined {
  if (text === undefined || isPem(text)) return text
  const { content, code } = readText(text)
  if (content !== undefined) return content
  const message = `\`${name}\` names the file "${text}", which cannot be read: ${code}.`
  problems.push({ message, fix: fixFor(name) })
  return undefined
}

interface Read {
  /** Undefined when the file cannot be read; `code` says why. */
  readonly content?: string
  readonly code?: string
}

function readText(path: string): Read {
  try {
    return { content: textOf(readFileSync(path)) }
  } catch (error) {
    return { code: codeOf(error) ?? 'unknown error' }
  }
}

function fixFor(name: string): string {
  return `Give \`${name}\` as PEM text, or the path of a file that can be read.`
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN ')
}
