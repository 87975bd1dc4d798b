import { readFileSync } from 'node:fs'
import type { Environment } from '../shared/environment.ts'

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
