import { loadMetadata } from '../../../src/chart/metadata/load-metadata.ts'
import { lockText } from '../../../src/dependencies/rules/lock-file.ts'
import { withUrls } from '../../../src/dependencies/rules/repository-name.ts'

/** A lock in step with the files of a chart, which holds `versions`. Helm's own check of the digest holds it to helm. */
export function lockOf(
  files: Readonly<Record<string, string>>,
  versions: readonly string[],
  named: ReadonlyMap<string, string>
): string {
  const read = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }))
  const loaded = loadMetadata(read)
  if ('problem' in loaded) throw new Error(loaded.problem.message)
  const written = loaded.metadata.dependencies.filter((one) => one !== null)
  const declared = withUrls(written, named).dependencies
  const locked = declared.map(({ name, repository }, index) => {
    return { name, repository, version: versions[index] ?? '' }
  })
  return lockText({ declared, locked, generated: '2024-01-01T00:00:00Z' })
}
