import { type ChartDirectory, readChartDirectory } from '../../directory/chart-directory.ts'
import type { LoadOptions, ReleaseRequest, RunContext } from '../model/request.ts'
import { refuseUntrustedCheckout } from './untrusted-checkout.ts'

interface LocalRead extends Pick<LoadOptions, 'repositories'> {
  readonly inputs: Pick<
    ReleaseRequest,
    'allowOutsideFiles' | 'allowUntrustedCheckout' | 'dependencies'
  >
}

/** Reads the directory that a `file://` dependency leads to, by the rules for those that are given. @throws Failure */
export async function readLocal(
  path: string,
  { inputs, repositories }: LocalRead,
  context: RunContext
): Promise<ChartDirectory> {
  const { allowOutsideFiles, allowUntrustedCheckout, dependencies: mode } = inputs
  const { logger, signal } = context
  if (!allowUntrustedCheckout) await refuseUntrustedCheckout([{ kind: 'directory', path }], context)
  return readChartDirectory(path, { allowOutsideFiles, mode, repositories, logger, signal })
}
