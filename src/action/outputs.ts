import * as core from '@actions/core'
import type { Publication } from '../publish/publication.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

/** Sets the outputs of action.yml: each from the publication, empty where it is unknown; `results` as JSON. */
export function writeOutputs(publication: Publication, secrets: SecretKeeper): void {
  const { status } = publication
  const outputs = {
    digest: publication.digest,
    ref: publication.ref,
    'ref-digest': publication.refDigest,
    'subject-name': publication.subjectName,
    name: publication.name,
    version: publication.version,
    'app-version': publication.appVersion,
    tag: publication.tag,
    'chart-digest': publication.chartDigest,
    'config-digest': publication.configDigest,
    size: publication.size,
    archive: publication.archive,
    status: status === 'failed' ? null : status,
    results: secrets.toJson([publication])
  }
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value ?? '')
}
