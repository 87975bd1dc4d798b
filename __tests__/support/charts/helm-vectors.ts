import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** An archive, and what Helm's own code made of it. */
export interface HelmVector {
  readonly name: string
  /** In base64. */
  readonly tgz: string
  /** Why Helm refused it; absent when it took it. */
  readonly refusal?: string
  /** What `helm push` made of it; absent where only the loader was asked. */
  readonly tag?: string
  readonly config?: string
  readonly digest?: string
}

/** The vectors in `__tests__/fixtures/helm/NAME.json`. */
export function helmVectors(
  name: 'archives' | 'package-push' | 'raw-archives'
): readonly HelmVector[] {
  const path = join(import.meta.dirname, `../../fixtures/helm/${name}.json`)
  const { cases }: { readonly cases: readonly HelmVector[] } = JSON.parse(
    readFileSync(path, 'utf8')
  )
  return cases
}
