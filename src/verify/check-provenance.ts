import { type ProvenanceVerdict, verifyProvenance } from '../pgp/verify-provenance.ts'
import { Failure } from '../shared/failure.ts'
import type { FetchedProvenance } from './fetch-provenance.ts'
import type { ProvenanceFile } from './trust-report.ts'

const ABSENT: ProvenanceFile = {
  verdict: 'absent',
  reason: null,
  digest: null,
  fileName: null,
  signer: null,
  keyIds: []
}

/**
 * Verifies PGP provenance as `helm pull --verify` does: signature, digest and name of the file. Without keys it is
 * unchecked, whatever is in it.
 * @throws Failure signing, when there are keys, and the library for them is missing
 */
export async function checkProvenance(
  fetched: FetchedProvenance | undefined,
  keyring: readonly Buffer[]
): Promise<ProvenanceFile> {
  if (!fetched) return ABSENT
  const { layer, fileName } = fetched
  const found = { ...ABSENT, digest: layer.digest, fileName: fileName ?? null }
  const verdict = await verdictOf(fetched, keyring)
  if (verdict.kind === 'valid') {
    const { signer } = verdict
    const date = signer.date.toISOString()
    return { ...found, verdict: 'valid', signer: { ...signer, date }, keyIds: [signer.keyId] }
  }
  const keyIds = verdict.kind === 'unchecked' ? verdict.keyIds : []
  if (verdict.kind === 'unchecked' || keyring.length > 0) {
    return { ...found, verdict: verdict.kind, reason: verdict.why, keyIds }
  }
  const reason = `no keyring was given; it would be invalid with one: ${verdict.why}`
  return { ...found, verdict: 'unchecked', reason }
}

async function verdictOf(
  { count, blob, chartDigest, fileName }: FetchedProvenance,
  keyring: readonly Buffer[]
): Promise<ProvenanceVerdict> {
  if (count > 1) return invalid(`there are ${count} of them, and Helm uses one at random`)
  if (blob.kind === 'absent') return invalid('its file is not in the registry')
  if (blob.kind === 'too-large') return invalid('its file is larger than that of any chart')
  if (blob.kind !== 'found') return invalid('its file is damaged, or cannot be read')
  if (chartDigest === undefined) return invalid('the manifest does not have exactly one chart')
  if (fileName === undefined) {
    return invalid('the version of the chart, and so the name of the file, cannot be read')
  }
  const archive = { digest: chartDigest, fileName }
  try {
    return await verifyProvenance({ provenance: blob.bytes, archive, keyring })
  } catch (error) {
    const isNeeded = keyring.length > 0 || !(error instanceof Failure)
    if (isNeeded) throw error
    return { kind: 'unchecked', why: error.message, keyIds: [] }
  }
}

function invalid(why: string): ProvenanceVerdict {
  return { kind: 'invalid', why }
}
