import type { Metadata } from './metadata/metadata.ts'
import { subchartsInSource } from './subchart-order.ts'

/**
 * The names of declared dependencies that charts/ of `directory` does not hold, matched by name as
 * `helm package` does. None when a subchart cannot be read: then Helm decides.
 */
export async function missingDependencies(
  directory: string,
  metadata: Metadata
): Promise<readonly string[]> {
  const declared = metadata.dependencies.flatMap((dependency) => dependency?.name ?? [])
  if (declared.length === 0) return []
  const present = await subchartsInSource(directory)
  if (!present) return []
  const names = present.map(({ name }) => name)
  return [...new Set(declared.filter((name) => !names.includes(name)))]
}
