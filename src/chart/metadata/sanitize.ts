import type { Dependency, Maintainer, Metadata } from './metadata.ts'
import { NEWER_CHARACTERS } from './newer-characters.ts'

// Go's unicode.IsSpace, then everything that is not a letter, mark, number, punctuation or symbol.
const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/gu
const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu

/** Helm's sanitizeString: every space character becomes one blank, what cannot be printed goes. */
export function sanitizeText(text: string): string {
  return text.replace(SPACE, ' ').replace(UNPRINTABLE, '').replace(NEWER_CHARACTERS, '')
}

/** Metadata as Helm's `Validate` leaves them: all texts sanitised but version, apiVersion, type, annotations and alias. */
export function sanitizeMetadata(metadata: Metadata): Metadata {
  return {
    ...metadata,
    name: sanitizeText(metadata.name),
    description: sanitizeText(metadata.description),
    home: sanitizeText(metadata.home),
    icon: sanitizeText(metadata.icon),
    condition: sanitizeText(metadata.condition),
    tags: sanitizeText(metadata.tags),
    appVersion: sanitizeText(metadata.appVersion),
    kubeVersion: sanitizeText(metadata.kubeVersion),
    sources: metadata.sources.map(sanitizeText),
    keywords: metadata.keywords.map(sanitizeText),
    maintainers: metadata.maintainers.map(
      (maintainer) => maintainer && sanitizeMaintainer(maintainer)
    ),
    dependencies: metadata.dependencies.map(
      (dependency) => dependency && sanitizeDependency(dependency)
    )
  }
}

function sanitizeMaintainer({ name, email, url }: Maintainer): Maintainer {
  return { name: sanitizeText(name), email: sanitizeText(email), url: sanitizeText(url) }
}

function sanitizeDependency(dependency: Dependency): Dependency {
  return {
    ...dependency,
    name: sanitizeText(dependency.name),
    version: sanitizeText(dependency.version),
    repository: sanitizeText(dependency.repository),
    condition: sanitizeText(dependency.condition),
    tags: dependency.tags.map(sanitizeText)
  }
}
