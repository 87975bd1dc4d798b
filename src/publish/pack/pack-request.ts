import type { PublishRequest } from '../inputs/inputs.ts'

/** The inputs, with what they leave to the CI to say. */
export interface ReleaseRequest extends Omit<PublishRequest, 'annotations'> {
  /** To be merged into the manifests. */
  readonly annotations: ReadonlyMap<string, string>
}

/** One chart of a request. */
export interface PackRequest extends ReleaseRequest {
  /** Its directory, archive or place in a layout, as it was found. */
  readonly chart: string
  /** Whether the run has no other. */
  readonly isOnlyChart: boolean
}
