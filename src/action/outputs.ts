import * as core from '@actions/core'
import type { PublicationJson } from '../publish/model/publication-json.ts'
import { reportFailure } from '../publish/report/report.ts'
import { resultsJson } from '../publish/report/result-json.ts'
import { codeOf, Failure, messageOf } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { printableJson } from '../shared/printable.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

function hiddenOutput(name: string): string {
  return `The output \`${name}\` contains the value of a secret: steps of this job can use it, but GitHub does not pass it to other jobs. Store hosts, names and users in variables, not in secrets.`
}

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
  status: 'status',
  'signature-digest': 'signatureDigest',
  'attestation-digest': 'attestationDigest',
  'attestation-url': 'attestationUrl'
} as const satisfies Readonly<Record<string, keyof PublicationJson>>

/**
 * Sets the outputs, after the work is done: each where all publications share its value, else empty; `results` as JSON.
 * What keeps them from being written is an error, but nothing that was published is lost. Returns the exit code.
 */
export function writeOutputs(
  publications: readonly PublicationJson[],
  secrets: SecretRegistry,
  logger: Logger
): number {
  try {
    setOutputs(publications, secrets, logger)
    return 0
  } catch (error) {
    const message = `The outputs cannot be written: ${codeOf(error) ?? messageOf(error)}. The log has the results.`
    const fix = 'Check the file in GITHUB_OUTPUT, and the free space there.'
    return reportFailure(new Failure('usage', { message, fix }, error), logger)
  }
}

/** Each where all publications share it and none failed to have it, else empty; `results` as JSON. */
function setOutputs(
  publications: readonly PublicationJson[],
  secrets: SecretRegistry,
  logger: Logger
): void {
  core.setOutput('results', printableJson(resultsJson(publications, secrets)))
  core.setOutput('published', publishedLines(publications))
  for (const [name, key] of Object.entries(OUTPUTS)) {
    const values = new Set(publications.map((publication) => publication[key]))
    const [value] = values
    const text = values.size === 1 ? String(value ?? '') : ''
    core.setOutput(name, text)
    // actions/runner, JobExtension: such an output does not leave the job.
    if (secrets.covers(text)) logger.notice(hiddenOutput(name))
  }
}

/** What this run has published, by digest: other steps sign or deploy each of them. */
function publishedLines(publications: readonly PublicationJson[]): string {
  const published = publications.filter(({ status }) => status === 'published')
  return published.map(({ refDigest }) => refDigest).join('\n')
}
