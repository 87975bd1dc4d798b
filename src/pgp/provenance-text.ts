import type { Metadata } from '../chart/metadata/metadata.ts'
import { metadataYaml } from '../chart/metadata/metadata-yaml.ts'
import { writeYaml } from '../chart/yaml/write-yaml.ts'
import { Failure } from '../shared/failure.ts'

/** What a provenance file is about. */
export interface ProvenanceSubject {
  /** Of the archive, as Helm loads it. */
  readonly metadata: Metadata
  /** By which Helm pulls the archive: `NAME-VERSION.tgz`. */
  readonly fileName: string
  /** `sha256:HEX`, of the archive. */
  readonly digest: string
}

/**
 * What Helm signs: the metadata of the chart, and the sum of the archive (helm, pkg/provenance/sign.go, messageBlock).
 * `---` cannot begin a document within a clear-signed message, so that `...` ends the first one.
 * @throws Failure signing, for metadata that Helm could not write
 */
export function provenanceText({ metadata, fileName, digest }: ProvenanceSubject): string {
  const yaml = metadataYaml(metadata)
  if (yaml === undefined) {
    const message = `The chart ${metadata.name} cannot be signed: \`import-values\` of its dependencies is nested too deeply.`
    throw new Failure('signing', { message, fix: 'Simplify `import-values` in Chart.yaml.' })
  }
  return `${yaml}\n...\n${writeYaml({ files: { [fileName]: digest } })}`
}
