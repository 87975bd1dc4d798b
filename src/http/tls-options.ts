import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { SecureContext } from 'node:tls'
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
  /** Only for the registry. */
  readonly clientCertificate: ClientCertificate | undefined
  /** Only for the registry. */
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

/** How messages name the files of a client certificate. */
export interface CertificateNames {
  readonly certificate: string
  readonly key: string
  readonly passphrase: string
}

function inputNames(): CertificateNames {
  const [certificate, key] = [input('client-cert'), input('client-key')]
  return { certificate, key, passphrase: input('client-key-passphrase') }
}

/** What is wrong with certificates to trust, those of `ca` unless named; undefined when each of them can be read. */
export function caProblem(pem: string, name = input('ca')): Problem | undefined {
  const blocks = pem.match(CERTIFICATE) ?? []
  const unreadable = blocks.findIndex((block) => certificateIn(block) === undefined)
  if (blocks.length > 0 && unreadable === -1) return undefined
  const what =
    blocks.length === 0
      ? 'contains no certificate'
      : `contains a certificate (number ${unreadable + 1}) that cannot be read`
  const fix = `Set ${name} to certificates in PEM (\`-----BEGIN CERTIFICATE-----\`), or to the path of a file with them.`
  return { message: `${name} ${what}.`, fix }
}

/**
 * Looks at a client certificate before anything is sent: what keeps it from being used, and what is to
 * be warned of. Messages name the inputs unless other names are given.
 */
export function examineClientCertificate(
  client: ClientCertificate,
  now: Date,
  names = inputNames()
): { readonly problem?: Problem; readonly warning?: string } {
  const certificate = certificateIn(client.certificate)
  if (!certificate) {
    const fix = `Set ${names.certificate} to a certificate in PEM, or to the path of a file with one.`
    return {
      problem: { message: `${names.certificate} contains no certificate that can be read.`, fix }
    }
  }
  const key = readKey(client, names)
  if (!('type' in key)) return { problem: key }
  if (!certificate.checkPrivateKey(key)) {
    const message = `${names.key} is not the key of ${names.certificate} (${nameOf(certificate)}).`
    return { problem: { message, fix: 'Use the key that the certificate was created for.' } }
  }
  return validityOf(certificate, now, names.certificate)
}

function validityOf(
  certificate: X509Certificate,
  now: Date,
  name: string
): { readonly problem?: Problem; readonly warning?: string } {
  const { validFrom, validTo } = certificate
  const left = Date.parse(validTo) - now.getTime()
  const renew = `Renew the client certificate, and set ${name} to the new one.`
  if (left < 0) {
    const message = `${name} (${nameOf(certificate)}) expired on ${validTo}.`
    return { problem: { message, fix: renew } }
  }
  if (Date.parse(validFrom) > now.getTime()) {
    const message = `${name} (${nameOf(certificate)}) is valid only from ${validFrom}.`
    return { problem: { message, fix: 'Check the clock of this machine, or wait.' } }
  }
  if (left > SOON_MS) return {}
  return {
    warning: `${name} (${nameOf(certificate)}) expires on ${validTo}: renew it before that date.`
  }
}

function readKey(
  { key, passphrase }: ClientCertificate,
  names: CertificateNames
): KeyObject | Problem {
  const pem = key.reveal()
  const isEncrypted = /ENCRYPTED/.test(pem)
  if (isEncrypted && !passphrase) {
    const fix = `Set ${names.passphrase}; secrets are empty in runs from forks and from Dependabot.`
    return {
      message: `${names.key} is encrypted, and ${names.passphrase} is missing or empty.`,
      fix
    }
  }
  try {
    return createPrivateKey({ key: pem, ...(passphrase && { passphrase: passphrase.reveal() }) })
  } catch (error) {
    const said = codeOf(error) ?? messageOf(error)
    if (isEncrypted) {
      const message = `${names.key} cannot be decrypted with ${names.passphrase} (${said}).`
      return { message, fix: `Check ${names.passphrase}.` }
    }
    const fix = `Set ${names.key} to a private key in PEM, or to the path of a file with one.`
    return {
      message: `${names.key} contains no private key that can be read (${said}).`,
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
