import type { RegistryAccess } from '../oci/access.ts'
import type { ArtifactReference } from '../oci/spec/reference.ts'

/** One thing to inspect: a file, or an artifact in a registry. */
export type InspectInput =
  | { readonly input: string; readonly path: string }
  | { readonly input: string; readonly reference: ArtifactReference }

export interface InspectRequest extends RegistryAccess {
  readonly inputs: readonly InspectInput[]
  readonly requireGenuine: boolean
}
