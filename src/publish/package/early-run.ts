import type { Helm } from '../../helm/find.ts'
import { type PackageOptions, type PackageRun, runPackage } from '../../helm/package.ts'

/** A helm to package with, and what it has done already. */
export interface HelmAtWork {
  readonly helm: Helm
  /** Undefined where it has not packaged the chart yet. */
  readonly before: PackageRun | undefined
}

/**
 * Has the helm that is most likely used package the chart while it is asked for its version. When another one is used,
 * or none can be, that run is ended, and its archive is not looked at.
 * @throws what `found` throws; Failure helm, when helm cannot be started or hangs
 */
export async function withEarlyRun(
  likely: string | undefined,
  found: Promise<Helm>,
  options: PackageOptions
): Promise<HelmAtWork> {
  if (likely === undefined) return { helm: await found, before: undefined }
  const end = new AbortController()
  const signal = AbortSignal.any([options.signal, end.signal])
  const run = runPackage(likely, { ...options, signal })
  run.catch(() => undefined)
  const helm = await found.catch(() => undefined)
  if (helm?.path === likely) return { helm, before: await run }
  end.abort()
  await run.catch(() => undefined)
  return { helm: await found, before: undefined }
}
