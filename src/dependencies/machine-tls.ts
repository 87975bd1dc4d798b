import { type ClientCertificate, caProblem, examineClientCertificate } from '../http/tls-options.ts'
import type { CommandContext } from '../shared/command-context.ts'
import { Failure, type Problem } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { readInputFile } from '../shared/input-file.ts'
import { textOf, withoutByteOrderMark } from '../shared/secret-text.ts'
import type { MachineRepository } from './machine-entry.ts'

/** What a repository of the machine adds to the TLS of its own host. */
export interface MachineTls {
  /** PEM certificates to trust, in addition to all others. */
  readonly ca: string | undefined
  readonly clientCertificate: ClientCertificate | undefined
  /** Of a certificate that expires soon. */
  readonly warnings: readonly string[]
}

type TlsContext = Pick<CommandContext, 'secrets' | 'signal'>

/**
 * Reads the certificate files that a repository of the machine names, as Helm does: from the working directory where their
 * paths are relative. The key is masked.
 * @throws Failure usage, when one of them cannot be read or used
 */
export async function readMachineTls(
  repository: MachineRepository,
  context: TlsContext
): Promise<MachineTls> {
  const ca = await readCa(repository, context)
  const clientCertificate = await readClient(repository, context)
  if (!clientCertificate) return { ca, clientCertificate, warnings: [] }
  const { problem, warning } = examineClientCertificate(clientCertificate, new Date(), {
    certificate: `certFile ${repository.certFile}`,
    key: `keyFile ${repository.keyFile}`,
    passphrase: 'its passphrase'
  })
  if (problem) throw unusable(repository, problem)
  return { ca, clientCertificate, warnings: warning === undefined ? [] : [warning] }
}

async function readCa(
  repository: MachineRepository,
  { signal }: TlsContext
): Promise<string | undefined> {
  const { caFile } = repository
  if (caFile === undefined) return undefined
  const name = `caFile ${caFile}`
  const ca = await readPem({ path: caFile, name }, repository, signal)
  const problem = caProblem(ca, name)
  if (problem) throw unusable(repository, problem)
  return ca
}

async function readClient(
  repository: MachineRepository,
  { secrets, signal }: TlsContext
): Promise<ClientCertificate | undefined> {
  const { certFile, keyFile } = repository
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile === undefined || keyFile === undefined) {
    const [given, missing] =
      certFile === undefined ? ['keyFile', 'certFile'] : ['certFile', 'keyFile']
    throw unusable(repository, { message: `${given} is given, ${missing} is not.` })
  }
  const key = secrets.register(
    await readPem({ path: keyFile, name: `keyFile ${keyFile}` }, repository, signal)
  )
  const certificate = await readPem(
    { path: certFile, name: `certFile ${certFile}` },
    repository,
    signal
  )
  return { certificate, key, passphrase: undefined }
}

async function readPem(
  { path, name }: { readonly path: string; readonly name: string },
  repository: MachineRepository,
  signal: AbortSignal
): Promise<string> {
  try {
    return withoutByteOrderMark(textOf(await readInputFile(path, { signal })))
  } catch (error) {
    signal.throwIfAborted()
    throw unusable(repository, { message: `${name} cannot be read: ${fileFault(error)}.` })
  }
}

function unusable({ name, file }: MachineRepository, { message }: Pick<Problem, 'message'>) {
  const where = `The repository "${name}" in ${file} cannot be used:`
  const fix = 'Correct that entry, or add it again with `helm repo add`.'
  return new Failure('usage', { message: where, why: message, fix })
}
