import type { RunContext } from './context.ts'
import { tellOfGivenLogin } from './inputs/given-login.ts'
import type { PublishRequest } from './inputs/inputs.ts'
import { GRACE_MS, untilInterrupted, watchInterruption } from './interruption.ts'
import type { Outcome } from './outcome.ts'
import { makePrivateFolder, removePrivateFolder } from './private-folder.ts'
import { releaseCharts } from './release.ts'

export interface Surroundings extends Omit<RunContext, 'folder' | 'signal'> {
  /** Where the private folder of the run is made. */
  readonly temporaryFolder: string
  /** Told of the private folder before anything is put into it. */
  readonly folderMade: (folder: string) => void
}

/**
 * Runs a request from its first file to its last: in a private folder that is gone afterwards, and
 * until SIGHUP, SIGINT or SIGTERM.
 * @throws Failure, when there is no private folder, or when work had to be left behind after a signal
 */
export async function runRequest(
  request: PublishRequest,
  surroundings: Surroundings
): Promise<readonly Outcome[]> {
  const { logger, temporaryFolder, folderMade } = surroundings
  const interruption = watchInterruption()
  const folder = await makePrivateFolder(temporaryFolder)
  folderMade(folder)
  try {
    const { signal } = interruption
    const hosts = request.targets.map(({ host }) => host)
    tellOfGivenLogin(request.credential, hosts, logger)
    const run = releaseCharts(request, { ...surroundings, folder, signal })
    return await untilInterrupted(run, signal, GRACE_MS)
  } finally {
    await removePrivateFolder(folder).catch(() => {
      logger.warning(`The temporary folder ${folder} could not be removed.`)
    })
    interruption.dispose()
  }
}
