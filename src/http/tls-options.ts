import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SecureContext } from 'node:tls'
import type { Environment } from '../shared/environment.ts'
import { codeOf, messageOf, type Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Secret } from '../shared/secret.ts'

/** What we show to a registry that wants to know who connects. */
export interface ClientCertificate {
  /** PEM: the certificate, and the chain behind it where there is one. */
  readonly certificate: string
  /** PEM. */
  readonly key: Secret
  readonly passphrase: Secret | undefined
}

/** How TLS is spoken, beyond Node's defaults. */
export interface TlsSettings {
  /** PEM certificates that are trusted for all hosts, beside the authorities that Node trusts. */
  readonly ca: string | undefined
  /** For the registry alone. */
  readonly clientCertificate: ClientCertificate | undefined
  /** For the registry alone. */
  readonly skipsVerification: boolean
}

export const DEFAULT_TLS: TlsSettings = {
  ca: undefined,
  clientCertificate: undefined,
  skipsVerification: false
}

/** The part of the options of `tls.connect` that differs between hosts. */
export interface TrustOptions {
  readonly secureContext?: SecureContext
  readonly rejectUnauthorized: boolean
}

/** Two weeks: time to renew by hand, and past the 30 days before the end at which certbot would have renewed. */
const SOON_MS = 14 * 24 * 60 * 60 * 1000

/** A certificate in PEM. */
export const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** What is wrong with the certificates of `ca`; undefined when each of them can be read. */
export function caProblem(pem: string): Problem | undefined {
  const blocks = pem.match(CERTIFICATE) ?? []
  const unreadable = blocks.findIndex((block) => certificateIn(block) === undefined)
  if (blocks.length > 0 && unreadable === -1) return undefined
  const what =
    blocks.length === 0
      ? 'holds no certificate'
      : `holds a certificate (number ${unreadable + 1}) that cannot be read`
  const fix = `Give ${input('ca')} certificates in PEM (\`-----BEGIN CERTIFICATE-----\`), or the path of a file with them.`
  return { message: `${input('ca')} ${what}.`, fix }
}

/**
 * Looks at a client certificate before anything is sent: what keeps it from being used, and what is to
 * be warned of.
 */
export function examineClientCertificate(
  client: ClientCertificate,
  now: Date
): { readonly problem?: Problem; readonly warning?: string } {
  const certificate = certificateIn(client.certificate)
  if (!certificate) {
    const fix = `Give ${input('client-cert')} a certificate in PEM, or the path of a file with one.`
    return {
      problem: { message: `${input('client-cert')} holds no certificate that can be read.`, fix }
    }
  }
  const key = readKey(client)
  if (!('type' in key)) return { problem: key }
  if (!certificate.checkPrivateKey(key)) {
    const message = `${input('client-key')} is not the key of ${input('client-cert')} (${nameOf(certificate)}).`
    return { problem: { message, fix: 'Give the key that the certificate was made for.' } }
  }
  return validityOf(certificate, now)
}

function validityOf(
  certificate: X509Certificate,
  now: Date
): { readonly problem?: Problem; readonly warning?: string } {
  const { validFrom, validTo } = certificate
  const left = Date.parse(validTo) - now.getTime()
  const renew = `Renew the client certificate, and give the new one as ${input('client-cert')}.`
  if (left < 0) {
    const message = `${input('client-cert')} (${nameOf(certificate)}) has expired on ${validTo}.`
    return { problem: { message, fix: renew } }
  }
  if (Date.parse(validFrom) > now.getTime()) {
    const message = `${input('client-cert')} (${nameOf(certificate)}) is valid only from ${validFrom}.`
    return { problem: { message, fix: 'Check the clock of this machine, or wait.' } }
  }
  if (left > SOON_MS) return {}
  return {
    warning: `${input('client-cert')} (${nameOf(certificate)}) expires on ${validTo}: renew it before.`
  }
}

function readKey({ key, passphrase }: ClientCertificate): KeyObject | Problem {
  const pem = key.reveal()
  const isEncrypted = /ENCRYPTED/.test(pem)
  if (isEncrypted && !passphrase) {
    const fix = `Set ${input('client-key-passphrase')}; secrets are empty in runs from forks and from Dependabot.`
    return {
      message: `${input('client-key')} is encrypted, and ${input('client-key-passphrase')} is missing or empty.`,
      fix
    }
  }
  try {
    return createPrivateKey({ key: pem, ...(passphrase && { passphrase: passphrase.reveal() }) })
  } catch (error) {
    const said = codeOf(error) ?? messageOf(error)
    if (isEncrypted) {
      const message = `${input('client-key')} cannot be decrypted with ${input('client-key-passphrase')} (${said}).`
      return { message, fix: `Check ${input('client-key-passphrase')}.` }
    }
    const fix = `Give ${input('client-key')} a private key in PEM, or the path of a file with one.`
    return {
      message: `${input('client-key')} holds no private key that can be read (${said}).`,
      fix
    }
  }
}

/**
 * For the registry: with the client certificate, and verified unless that is switched off.
 * @param authorities to trust, in PEM; those of Node unless given
 */
export async function registryTrust(
  { clientCertificate, skipsVerification }: TlsSettings,
  authorities?: readonly string[]
): Promise<TrustOptions> {
  const rejectUnauthorized = !skipsVerification
  if (!authorities && !clientCertificate) return { rejectUnauthorized }
  const { default: tls } = await import('node:tls')
  const secureContext = tls.createSecureContext({
    ...(authorities && { ca: [...authorities] }),
    ...(clientCertificate && {
      cert: clientCertificate.certificate,
      key: clientCertificate.key.reveal(),
      ...(clientCertificate.passphrase && { passphrase: clientCertificate.passphrase.reveal() })
    })
  })
  return { secureContext, rejectUnauthorized }
}

/** For token services, storage and proxies: only what adds trust, and gives nothing away. */
export function foreignTrust(authorities?: readonly string[]): Promise<TrustOptions> {
  return registryTrust(DEFAULT_TLS, authorities)
}

/** The authorities that Node trusts, which given ones would replace (Node, `tls.createSecureContext`). */
export async function nodeAuthorities(environment: Environment): Promise<readonly string[]> {
  const { default: tls } = await import('node:tls')
  // Node 20 has no getCACertificates, which would include NODE_EXTRA_CA_CERTS.
  if ('getCACertificates' in tls) return tls.getCACertificates('default')
  const { rootCertificates }: typeof import('node:tls') = tls
  return [...rootCertificates, ...extraAuthorities(environment)]
}

function extraAuthorities(environment: Environment): readonly string[] {
  const path = environment['NODE_EXTRA_CA_CERTS']
  if (!path) return []
  try {
    return [readFileSync(path, 'utf8')]
  } catch {
    // Node itself warns of it when it starts, and goes on.
    return []
  }
}

function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function nameOf({ subject, serialNumber }: X509Certificate): string {
  return subject ? subject.replaceAll('\n', ', ') : `number ${serialNumber}`
}
