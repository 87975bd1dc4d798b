import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect } from '@jest/globals'
import type { InputTexts } from '../../../src/inputs/values.ts'
import { parseVerifyRequest } from '../../../src/inputs/verify-inputs.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { verifyAll } from '../../../src/verify/verify.ts'
import { RecordingLogger } from '../log.ts'
import { useClients } from '../registry/clients.ts'
import { useRegistries } from '../registry/servers.ts'
import { useWorkspace } from '../workspace.ts'
import { FakeSigstore } from './fake-sigstore.ts'
import { SignedChart } from './signed-chart.ts'
import { signAs } from './statements.ts'

/** Charts that the services of Sigstore in this process have signed, and `verify` with the root of these. */
export function useVerify() {
  const sigstore = new FakeSigstore()
  const workspace = useWorkspace()
  const startRegistry = useRegistries()
  const openClient = useClients()
  beforeAll(() => sigstore.start())
  afterAll(() => sigstore.stop())

  const storeChart = async (provenance?: Buffer) => {
    const registry = await startRegistry()
    return SignedChart.store(registry, openClient(registry).client, provenance)
  }
  const signedChart = async (provenance?: Buffer) => {
    const chart = await storeChart(provenance)
    await chart.attach(await signAs(sigstore, chart.statement()))
    return chart
  }
  /** Flags that ask for whoever signs here. */
  const identityFlags = (workflow = sigstore.workflow): InputTexts => {
    return { 'certificate-identity': workflow, 'certificate-oidc-issuer': sigstore.issuer.url }
  }
  const writeRoot = async () => {
    const path = workspace.path('root.json')
    await writeFile(path, JSON.stringify(sigstore.trustedRoot()))
    return path
  }
  const verify = async (references: readonly string[], texts: InputTexts = {}) => {
    const plain = { 'plain-http': 'true', 'registry-config': 'none' }
    const request = parseVerifyRequest({
      references,
      texts: { ...plain, 'trusted-root': await writeRoot(), ...texts },
      secrets: { password: undefined }
    })
    return verifyAll(request, {
      environment: {},
      homeFolder: undefined,
      secrets: new SecretRegistry(() => undefined),
      logger: new RecordingLogger(),
      signal: new AbortController().signal
    })
  }
  /** The report of one chart, with the exit code and the codes of its problems. */
  const reportOf = async (chart: SignedChart, texts: InputTexts = {}, reference = chart.ref()) => {
    const { reports, errors, exitCode } = await verify([reference], texts)
    expect(errors).toEqual([])
    const [report] = reports
    if (!report) throw new Error('there is no report')
    return { ...report, exitCode, codes: report.problems.map(({ code }) => code) }
  }
  const keyFile = async (name: string, ...pems: readonly string[]) => {
    const path = workspace.path(name)
    await writeFile(path, pems.join(''))
    return path
  }
  return {
    sigstore,
    workspace,
    storeChart,
    signedChart,
    identityFlags,
    writeRoot,
    verify,
    reportOf,
    keyFile
  }
}
