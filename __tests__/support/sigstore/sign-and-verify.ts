// A program that tests bundle and run on another Node: does what the first argument names, with the second as JSON, and
// prints what it has found.
import { readFile } from 'node:fs/promises'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { openSigningKey } from '../../../src/sigstore/cosign-key.ts'
import { takeIdentitySources } from '../../../src/sigstore/identity-sources.ts'
import { Signer, type SigningMeans } from '../../../src/sigstore/signer.ts'
import { signatureStatement } from '../../../src/sigstore/statement.ts'
import { builtInRoots, readTrustedRoots } from '../../../src/sigstore/trusted-root.ts'
import { type Expected, verifyBundle } from '../../../src/sigstore/verify-bundle.ts'
import { RecordingLogger } from '../log.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const OTHER_DIGEST = `sha256:${'cd'.repeat(32)}`
const { signal } = new AbortController()
const secrets = new SecretRegistry(() => undefined)
const access = { ca: undefined, environment: {}, secrets, signal, logger: new RecordingLogger() }

/** Verifies the bundle of a file by the built-in roots. */
async function verify({ file, digest }: Given): Promise<readonly string[]> {
  const found = await verifyBundle(await readFile(file), { digest, roots: await builtInRoots() })
  return [found.kind, ...(found.kind === 'valid' ? found.warnings : [found.reason])]
}

async function signByKey({ pem, password }: Given): Promise<readonly string[]> {
  const key = await openSigningKey({
    key: secrets.register(pem),
    password: password ? secrets.register(password) : undefined
  })
  const trusted = { roots: await builtInRoots(), keys: [key.publicKey] }
  return verdicts({ kind: 'key', key }, trusted)
}

async function signWithoutKey({ root, variables, authority, log }: Given) {
  const logs = [{ url: new URL(log), version: 1 }] as const
  const url = new URL(authority)
  const services = { name: 'the test', authority: url, logs, timestampAuthorities: [] }
  const sources = takeIdentitySources({ ...variables }, secrets)
  return verdicts(
    { kind: 'keyless', sources, services },
    { roots: await readTrustedRoots(root, signal) }
  )
}

/** What the signature is for its artifact, and for another one. */
async function verdicts(means: SigningMeans, trusted: Omit<Expected, 'digest'>) {
  const signer = new Signer(means, { access, roots: trusted.roots })
  const statement = signatureStatement({ name: 'registry.test/demo', digest: DIGEST })
  const { bundle } = await signer.sign(statement)
  await signer.close()
  const found = [DIGEST, OTHER_DIGEST].map((digest) => verifyBundle(bundle, { ...trusted, digest }))
  return (await Promise.all(found)).map(({ kind }) => kind)
}

/** What each of them takes. */
interface Given {
  readonly file: string
  readonly digest: string
  readonly pem: string
  readonly password?: string
  readonly root: string
  readonly variables: Readonly<Record<string, string>>
  readonly authority: string
  readonly log: string
}

const DOINGS = { verify, signByKey, signWithoutKey }
export type Doing = keyof typeof DOINGS

async function main([name = '', given = '{}']: readonly string[]): Promise<void> {
  const [, doing] = Object.entries(DOINGS).find(([each]) => each === name) ?? []
  if (!doing) throw new Error(`there is no "${name}"`)
  process.stdout.write(`${(await doing(JSON.parse(given))).join('; ')}\n`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})
