import { type ClientCertificate, caProblem, examineClientCertificate } from '../http/tls-options.ts'
import type { RegistryAccess } from '../oci/access.ts'
import type { Credential } from '../oci/auth/credential.ts'
import { canonicalHost, namesHost } from '../oci/auth/host-key.ts'
import { parseTarget, withoutUser } from '../oci/spec/reference.ts'
import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Secret } from '../shared/secret.ts'
import { type Findings, findMissingSecret, missingHalf } from './findings.ts'
import { differentHosts, type HostSwitch, type OtherHosts, switchedHosts } from './host-switches.ts'
import type { SecretInputs } from './secret-inputs.ts'
import type { InputValues } from './values.ts'

type AccessValues = Pick<
  InputValues,
  | 'username'
  | 'registryConfig'
  | 'tokenHosts'
  | 'ca'
  | 'clientCert'
  | 'insecureSkipTlsVerify'
  | 'plainHttp'
  | 'timeout'
  | 'concurrency'
>

interface AccessInputs {
  readonly values: AccessValues
  readonly secrets: SecretInputs
  /** The hosts of the registries that the run goes to; without any, a login is not used, and not examined. */
  readonly hosts: readonly string[]
  readonly others: OtherHosts
}

/** How the registries are reached: logins, certificates and connections. What is wrong adds a problem. */
export function parseAccess(
  { values, secrets, hosts, others }: AccessInputs,
  findings: Findings
): Omit<RegistryAccess, 'warnings' | 'notices'> {
  const { problems } = findings
  const isUsed = hosts.length > 0
  const switched = (name: HostSwitch['name'], text: string | undefined) => {
    return switchedHosts({ name, text, others }, hosts, problems)
  }
  const credential = isUsed ? parseCredential(values.username, secrets, findings) : undefined
  const client = isUsed ? parseClientCertificate(values.clientCert, secrets, findings) : undefined
  const plainHttpHosts = switched('plain-http', values.plainHttp)
  const tlsHosts = hosts.filter((host) => !namesHost(plainHttpHosts, host, true))
  const access = {
    credential,
    registryAuth: secrets.registryAuth,
    registryConfig: values.registryConfig,
    tokenHosts: parseTokenHosts(values.tokenHosts ?? '', problems),
    ca: parseCa(values.ca, problems),
    clientCertificates: byHost(client, tlsHosts),
    plainHttpHosts,
    unverifiedHosts: switched('insecure-skip-tls-verify', values.insecureSkipTlsVerify),
    timeoutMs: values.timeout,
    concurrency: values.concurrency
  }
  problems.push(...severalHosts(access, hosts))
  return access
}

/** A client certificate for the registries of the run that speak https, and for no other host and port. */
function byHost(
  client: ClientCertificate | undefined,
  hosts: readonly string[]
): ReadonlyMap<string, ClientCertificate> {
  if (!client) return new Map()
  return new Map(hosts.map((host) => [canonicalHost(host, false) ?? host, client]))
}

/** A login and a client certificate are for one host. */
function severalHosts(
  {
    credential,
    clientCertificates,
    plainHttpHosts
  }: Pick<RegistryAccess, 'credential' | 'clientCertificates' | 'plainHttpHosts'>,
  hosts: readonly string[]
): readonly Problem[] {
  const different = differentHosts(hosts, (host) => namesHost(plainHttpHosts, host, true))
  if (different.length < 2 || !(credential || clientCertificates.size > 0)) return []
  const given = [
    ...(credential ? ['login'] : []),
    ...(clientCertificates.size > 0 ? ['client certificate'] : [])
  ].join(' and the ')
  const message = `The ${given} can be used only for one host, but several are given: ${different.join(', ')}.`
  const fix = credential
    ? `Set logins by host with ${input('registry-auth')}, or use one host at a time.`
    : 'Use one host at a time.'
  return [{ message, fix }]
}

function parseCredential(
  username: string | undefined,
  { password, identityToken }: SecretInputs,
  findings: Findings
): Credential | undefined {
  const { problems } = findings
  if (identityToken !== undefined && password !== undefined) {
    const message = `${input('password')} and ${input('identity-token')} are both given.`
    problems.push({ message, fix: 'Set only one of them.' })
    return undefined
  }
  const secret = identityToken ?? password
  if (username === undefined && secret === undefined) return undefined
  if (identityToken !== undefined && !username?.includes(':')) {
    return { kind: 'identity-token', username, token: identityToken }
  }
  if (username !== undefined && secret !== undefined) return login(username, secret, problems)
  findMissing(username, findings)
  return undefined
}

function findMissing(username: string | undefined, findings: Findings): void {
  if (username !== undefined) findMissingSecret(input('username'), 'password', findings)
  else findings.problems.push(missingHalf('password', 'username'))
}

function login(username: string, password: Secret, problems: Problem[]): Credential | undefined {
  if (!username.includes(':')) return { kind: 'login', username, password }
  const message = `${input('username')} is "${username}"; a ":" cannot be sent in a login (RFC 7617).`
  problems.push({ message, fix: `Set ${input('username')} to the name only.` })
  return undefined
}

/** Hosts, separated by commas, blanks or lines, as a URL has them. */
function parseTokenHosts(text: string, problems: Problem[]): readonly string[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  return names.flatMap((name) => {
    const parsed = parseTarget(`oci://${name}`)
    if ('target' in parsed && parsed.target.path === '' && !name.includes('/')) {
      return [new URL(`https://${parsed.target.host}`).host]
    }
    const message = `${input('token-hosts')} has "${withoutUser(name)}", which is not a host.`
    problems.push({ message, fix: 'Use only hosts, such as auth.example.com or host:8443.' })
    return []
  })
}

/** The certificates of `ca`, checked. */
function parseCa(ca: string | undefined, problems: Problem[]): string | undefined {
  const problem = ca === undefined ? undefined : caProblem(ca)
  if (problem) problems.push(problem)
  return ca
}

/** The client certificate with its key, checked; undefined where neither is given. */
function parseClientCertificate(
  certificate: string | undefined,
  { clientKey, clientKeyPassphrase: passphrase }: SecretInputs,
  findings: Findings
): ClientCertificate | undefined {
  if (certificate === undefined && !clientKey) return undefined
  if (certificate === undefined) {
    findings.problems.push(missingHalf('client-key', 'client-cert'))
    return undefined
  }
  if (!clientKey) {
    findMissingSecret(input('client-cert'), 'client-key', findings)
    return undefined
  }
  const client = { certificate, key: clientKey, passphrase }
  const { problem, warning } = examineClientCertificate(client, new Date())
  if (problem) findings.problems.push(problem)
  if (warning) findings.warnings.push(warning)
  return client
}
