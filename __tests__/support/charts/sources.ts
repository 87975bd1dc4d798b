import type { ReadOptions } from '../../../src/directory/chart-directory.ts'
import type { OpenOptions } from '../../../src/directory/open-tree.ts'
import { RecordingLogger } from '../log.ts'

type SourceOptions = OpenOptions & ReadOptions

/** How a chart directory is read in tests: with links in the work tree only, without dependencies, and never aborted. */
export function sourceOptions(options: Partial<SourceOptions> = {}): SourceOptions {
  return {
    allowOutsideFiles: false,
    mayFillCharts: false,
    mode: 'check',
    repositories: async () => new Map(),
    signal: new AbortController().signal,
    logger: new RecordingLogger(),
    ...options
  }
}
