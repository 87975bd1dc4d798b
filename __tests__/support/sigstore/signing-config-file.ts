// Without Jest, so that scripts can use it too.
import { writeFile } from 'node:fs/promises'

interface ServiceUrls {
  readonly fulcio: URL
  readonly rekor: URL
  /** The endpoint of the timestamp authority; none unless given. */
  readonly timestamp?: URL
}

/** Writes a signing configuration that names services of a test, as `cosign signing-config create` does. */
export async function writeSigningConfig(
  path: string,
  { fulcio, rekor, timestamp }: ServiceUrls,
  rekorVersion: 1 | 2 = 2
): Promise<string> {
  const service = (url: string, majorApiVersion = 1) => {
    return { url, majorApiVersion, validFor: { start: '2020-01-01T00:00:00Z' }, operator: 'test' }
  }
  const config = {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(fulcio.origin)],
    oidcUrls: [],
    rekorTlogUrls: [service(rekor.origin, rekorVersion)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: timestamp ? [service(timestamp.href)] : [],
    tsaConfig: { selector: 'ANY' }
  }
  await writeFile(path, JSON.stringify(config))
  return path
}
