import type { OpenOptions } from '../../../src/directory/open-tree.ts'
import { RecordingLogger } from '../log.ts'

/** How a chart directory is read in tests: with links in the work tree only, and never aborted. */
export function sourceOptions(options: Partial<OpenOptions> = {}): OpenOptions {
  return {
    allowOutsideFiles: false,
    signal: new AbortController().signal,
    logger: new RecordingLogger(),
    ...options
  }
}
