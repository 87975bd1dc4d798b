import { sortedByKey } from './go-json.ts'
import type { Metadata } from './metadata.ts'

const PREFIX = 'org.opencontainers.image.'
export const TITLE = `${PREFIX}title`
export const VERSION = `${PREFIX}version`

/**
 * The manifest annotations that `helm push` (3.15 and newer) derives: those of the OCI image spec
 * from Chart.yaml, then the chart's own over them, but for title and version. Sorted by key.
 * @param created RFC 3339, see {@link createdText}
 * @param more over all of these; neither title nor version
 */
export function manifestAnnotations(
  metadata: Metadata,
  created: string,
  more: ReadonlyMap<string, string> = new Map()
): ReadonlyMap<string, string> {
  const derived = [
    [`${PREFIX}description`, metadata.description],
    [TITLE, metadata.name],
    [VERSION, metadata.version],
    [`${PREFIX}url`, metadata.home],
    [`${PREFIX}created`, created],
    [`${PREFIX}source`, metadata.sources[0] ?? ''],
    [`${PREFIX}authors`, authors(metadata.maintainers)]
  ] as const
  const own = [...metadata.annotations].filter(([key]) => key !== TITLE && key !== VERSION)
  return sortedByKey(
    new Map([...derived.filter(([, value]) => value.trim() !== ''), ...own, ...more])
  )
}

function authors(maintainers: Metadata['maintainers']): string {
  return maintainers
    .filter((maintainer) => maintainer !== null)
    .map(({ name, email }) => (email === '' ? name : `${name} (${email})`))
    .join(', ')
}
