import type { RegistryClient } from '../../oci/client.ts'

/** What a publication needs of the client of its registry. */
export type PushClient = Pick<
  RegistryClient,
  | 'getManifest'
  | 'getManifestAt'
  | 'getManifestAfterPush'
  | 'getBlob'
  | 'blobPresence'
  | 'openUploads'
  | 'pushBlob'
  | 'pushMissing'
  | 'putManifest'
  | 'putUntagged'
  | 'listReferrers'
  | 'attach'
  | 'wait'
>
