import { logGivenLogin } from '../oci/access.ts'
import { GRACE_MS, untilInterrupted, within } from '../shared/interruption.ts'
import { makePrivateFolder, removePrivateFolder } from '../shared/private-folder.ts'
import { sourceHosts } from './model/chart-source.ts'
import type { Publication } from './model/publication.ts'
import type { PublishRequest, RunContext } from './model/request.ts'
import { publishCharts } from './publish.ts'

/** It holds a few files, helm among them; a hung file system must not hold up the report. */
const REMOVAL_MS = 10_000

export interface Surroundings extends Omit<RunContext, 'folder'> {
  /** Where the private folder of the run is made. */
  readonly temporaryFolder: string
  /** Told of the private folder before anything is put into it. */
  readonly folderMade: (folder: string) => void
}

/**
 * Runs a request from its first file to its last: in a private folder that is gone afterwards, and until the signal
 * aborts.
 * @throws Failure, when there is no private folder, or when work had to be left behind
 */
export async function runRequest(
  request: PublishRequest,
  surroundings: Surroundings
): Promise<readonly Publication[]> {
  const { logger, signal, temporaryFolder, folderMade } = surroundings
  const folder = await makePrivateFolder(temporaryFolder)
  try {
    folderMade(folder)
    const targets = request.targets.map(({ host }) => host)
    const hosts = [...targets, ...sourceHosts(request.charts.included)]
    logGivenLogin(request.credential, hosts, logger)
    const run = publishCharts(request, { ...surroundings, folder })
    return await untilInterrupted(run, signal, GRACE_MS)
  } finally {
    await within(removePrivateFolder(folder), REMOVAL_MS).catch(() => {
      logger.warning(`The temporary folder ${folder} could not be removed.`)
    })
  }
}
