/** What a script completes behind a flag: files, folders, one of some words, or nothing that can be known. */
export type Taken = 'nothing' | 'text' | 'files' | 'folders' | readonly string[]

export interface CompletedFlag {
  readonly name: string
  readonly help: string
  /** Whether a value can only be joined to it by `=`. */
  readonly isSwitch: boolean
  readonly isRepeated: boolean
  readonly takes: Taken
}

/** A command as completion scripts know it; all of its texts are our own. */
export interface CompletedCommand {
  readonly name: string
  readonly help: string
  readonly flags: readonly CompletedFlag[]
  /** What its arguments are. */
  readonly takes: 'files' | readonly string[]
}

export const PROGRAM = 'publish-helm-chart'
