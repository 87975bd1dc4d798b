import * as core from '@actions/core'
import type { Publication } from '../publish/publication.ts'
import { printableJson } from '../shared/printable.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

/** The outputs of action.yml but `results`, by what they are in a publication. */
const OUTPUTS = {
  digest: 'digest',
  ref: 'ref',
  'ref-digest': 'refDigest',
  'subject-name': 'subjectName',
  name: 'name',
  version: 'version',
  'app-version': 'appVersion',
  tag: 'tag',
  'chart-digest': 'chartDigest',
  'config-digest': 'configDigest',
  size: 'size',
  archive: 'archive',
  status: 'status'
} as const satisfies Readonly<Record<string, keyof Publication>>

/** Sets the outputs: each where all publications share it and none failed to have it, else empty; `results` as JSON. */
export function writeOutputs(publications: readonly Publication[], secrets: SecretKeeper): void {
  core.setOutput('results', printableJson(secrets.toJson(publications)))
  for (const [name, key] of Object.entries(OUTPUTS)) {
    const values = new Set(publications.map((publication) => publication[key]))
    const [value] = values
    const isShared = values.size === 1 && value !== 'failed'
    core.setOutput(name, isShared ? (value ?? '') : '')
  }
}
