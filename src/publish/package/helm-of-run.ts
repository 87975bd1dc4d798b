import { availableParallelism } from 'node:os'
import { findHelm, type Helm, likelyHelm } from '../../helm/find.ts'
import { heedsSourceDate, PINNED_VERSION } from '../../helm/helm-version.ts'
import { input } from '../../shared/input-name.ts'
import { Slots } from '../../shared/slots.ts'
import type { ReleaseRequest, RunContext } from '../model/request.ts'
import type { HelmOfRun } from './package-by-helm.ts'

type HelmRequest = Pick<
  ReleaseRequest,
  'helmVersion' | 'helmSha256' | 'helmDownloadUrl' | 'ca' | 'timeoutMs' | 'concurrency'
>
type HelmMeans = Pick<RunContext, 'environment' | 'folder' | 'secrets' | 'logger' | 'signal'>

/** The helm of a run, found when the first chart needs it, once. */
export function helmOfRun(request: HelmRequest, context: HelmMeans): HelmOfRun {
  const { helmVersion: wanted, helmSha256: sha256 } = request
  const likely = likelyHelm({ wanted, sha256, environment: context.environment })
  const cores = new Slots(Math.min(request.concurrency, availableParallelism()))
  const described = new Set<string>()
  return { find: helmOnce(request, context), likely, described, warnOnce: warnOnce(), cores }
}

function warnOnce(): HelmOfRun['warnOnce'] {
  const warned = new Set<string>()
  return (text, logger) => {
    if (!warned.has(text)) logger.warning(text)
    warned.add(text)
  }
}

function helmOnce(request: HelmRequest, context: HelmMeans): HelmOfRun['find'] {
  let found: Promise<Helm> | undefined
  const { ca, timeoutMs } = request
  const { environment, folder, secrets, signal, logger: progress } = context
  return (logger) => {
    const wanted = {
      wanted: request.helmVersion,
      sha256: request.helmSha256,
      downloadUrl: request.helmDownloadUrl
    }
    const means = { environment, folder, secrets, signal, logger, progress }
    found ??= findHelm({ ...wanted, ...means, ca, timeoutMs }).then((helm) => {
      if (!heedsSourceDate(helm.version)) logger.notice(otherBytes(helm))
      return helm
    })
    return found
  }
}

function otherBytes({ version }: Helm): string {
  return `Helm ${version.text} writes different bytes each time, so packaging the same chart again results in another digest. For a stable digest, set ${input('helm-version')} to ${PINNED_VERSION.text}.`
}
