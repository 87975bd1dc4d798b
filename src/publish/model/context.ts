import type { CommandContext } from '../../shared/command-context.ts'

/** What a run works with beside the inputs. */
export interface RunContext extends CommandContext {
  /** A private folder, removed when the run ends. */
  readonly folder: string
}
