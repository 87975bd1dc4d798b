import type { PublishRequest } from './inputs.ts'

/** One chart of a request. */
export interface PackRequest extends PublishRequest {
  /** Its directory or archive, as it was found. */
  readonly chart: string
}
