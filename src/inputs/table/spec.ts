/** The groups of the README, in its order. */
export const GROUPS = ['What', 'Where and login', 'Release', 'Trust', 'helm', 'Network'] as const

/** Who knows an input: the action, and the commands that take it as a flag. */
export type Face = 'action' | 'publish' | 'package' | 'inspect' | 'list' | 'verify'

/**
 * How a text is read.
 * - `text`: unchanged, without blanks around it.
 * - `lines`: one entry per line. `list`: comments and JSON arrays as well. `comma-list`: commas separate entries, too.
 * - `switch`: true or false. `host-switch`: true, false, or hosts.
 * - `choice`: one of `choices`. `number`: from 1 to `most`. `duration`: `90s`, `10m`, or seconds.
 * - `pem`: PEM text, or the path of a file with it.
 * - `secret`: a text that is masked. `secret-pem`: the same for `pem`. `secret-yaml`: YAML with secrets in it.
 */
export type InputSpec = Plain | Choice | Count

interface Plain extends Common {
  readonly kind:
    | 'text'
    | 'lines'
    | 'list'
    | 'comma-list'
    | 'switch'
    | 'host-switch'
    | 'duration'
    | 'pem'
    | 'secret'
    | 'secret-pem'
    | 'secret-yaml'
}

interface Choice extends Common {
  readonly kind: 'choice'
  readonly choices: readonly string[]
}

interface Count extends Common {
  readonly kind: 'number'
  readonly most: number
}

interface Common {
  readonly group: (typeof GROUPS)[number]
  readonly knownTo: readonly Face[]
  /** What counts when nothing is given; without it, nothing. */
  readonly default?: string
  /** What action.yml has in place of it: an expression of GitHub. */
  readonly actionDefault?: string
  /** Whether an empty text is an answer, and not the default. */
  readonly mayBeEmpty?: true
  /** Whether its entries are addresses, in which users write logins, also without a scheme. */
  readonly hasAddresses?: true
  /** For action.yml and the README; its lines are one text. Nothing for what the action does not know. */
  readonly description: readonly string[]
  /** As a flag of the command; undefined for what is not a flag. */
  readonly flag?: FlagSpec
  /** Whether the file of a flag may hold bytes that are no text; they are read as base64. */
  readonly isBinary?: true
  /** Whether the command also reads it from the environment, as `PUBLISH_HELM_CHART_` and its name in capitals. */
  readonly hasVariable?: true
  /** A variable of another tool that the command reads when its own is not set. */
  readonly otherVariable?: string
  /** The input without which that variable is meant only for the other tool. */
  readonly otherVariableWith?: string
}

export interface FlagSpec {
  /** Where it is not the name of the input: arguments can be seen, so secrets come from files. */
  readonly name?: string
  /** What follows the flag; a switch has nothing. */
  readonly value?: string
  /** What a switch may have behind `=` in place of true and false. */
  readonly instead?: string
  readonly help: string
  /** Where a command does something else with it. */
  readonly helpOf?: Readonly<Partial<Record<Exclude<Face, 'action'>, string>>>
  /** A switch that reads the secret from standard input. */
  readonly standardInput?: { readonly name: string; readonly help: string }
}

export const EVERYWHERE = ['action', 'publish', 'package', 'inspect', 'list', 'verify'] as const
/** Wherever a chart itself is examined. */
export const TO_INSPECT = ['action', 'publish', 'package', 'inspect'] as const
export const TO_PUBLISH = ['action', 'publish'] as const
export const TO_PACKAGE = ['action', 'publish', 'package'] as const
export const TO_LIST = ['list'] as const
export const TO_VERIFY = ['verify'] as const
