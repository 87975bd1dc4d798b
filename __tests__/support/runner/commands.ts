import { trim, trimStart } from './text.ts'

/** A line that the runner takes for a command. */
export interface WorkflowCommand {
  /** In lower case. */
  readonly name: string
  /** By names in lower case. */
  readonly properties: ReadonlyMap<string, string>
  readonly data: string
}

/** The commands of the runner (actions/runner, ActionCommandManager and the extensions of ExtensionManager). */
export const COMMANDS = [
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning'
] as const

// The runner searches with the rules of a culture, for which these characters are not there (.NET, ICU).
const IGNORED = String.raw`[[\p{Default_Ignorable_Code_Point}\p{Cc}]--[\t-\r\u0085]]*`
const COLONS = new RegExp(`:${IGNORED}:`, 'v')
const BEGINS_WITH_COLONS = new RegExp(`^${IGNORED}:${IGNORED}:`, 'v')
const BRACKET = new RegExp(`#${IGNORED}#${IGNORED}\\[`, 'v')

/** The runner decodes `%` last, so that `%250A` is `%0A` (actions/runner, ActionCommand). */
const DATA_ESCAPES = { '%0D': '\r', '%0A': '\n', '%25': '%' } as const
const PROPERTY_ESCAPES = {
  '%0D': '\r',
  '%0A': '\n',
  '%3A': ':',
  '%2C': ',',
  '%25': '%'
} as const
const BRACKET_ESCAPES = {
  '%3B': ';',
  '%0D': '\r',
  '%0A': '\n',
  '%5D': ']',
  '%25': '%'
} as const

/** Reads a line in either of the two grammars: `::name key=value::data`, then `##[name key=value]data`. */
export function parseCommand(
  line: string,
  registered: ReadonlySet<string>
): WorkflowCommand | undefined {
  return parseColons(line, registered) ?? parseBracket(line, registered)
}

/** actions/runner, ActionCommand.TryParseV2: at the beginning of the line, but for blanks. */
function parseColons(line: string, registered: ReadonlySet<string>): WorkflowCommand | undefined {
  const message = trimStart(line)
  if (!BEGINS_WITH_COLONS.test(message)) return undefined
  const end = message.slice(2).search(COLONS)
  if (end === -1) return undefined
  const { name, rest } = splitInfo(message.slice(2, 2 + end))
  if (!registered.has(name)) return undefined
  const properties = propertiesIn(trim(rest), ',', PROPERTY_ESCAPES)
  return { name, properties, data: decode(message.slice(2 + end + 2), DATA_ESCAPES) }
}

/** actions/runner, ActionCommand.TryParse: anywhere in the line, the first `##[` alone. */
function parseBracket(line: string, registered: ReadonlySet<string>): WorkflowCommand | undefined {
  const start = line.search(BRACKET)
  const end = start === -1 ? -1 : line.indexOf(']', start)
  if (end === -1) return undefined
  const { name, rest } = splitInfo(line.slice(start + 3, end))
  if (!registered.has(name)) return undefined
  const properties = propertiesIn(rest, ';', BRACKET_ESCAPES)
  return { name, properties, data: decode(line.slice(end + 1), BRACKET_ESCAPES) }
}

function splitInfo(info: string): { readonly name: string; readonly rest: string } {
  const space = info.indexOf(' ')
  if (space === -1) return { name: info.toLowerCase(), rest: '' }
  return { name: info.slice(0, space).toLowerCase(), rest: info.slice(space + 1) }
}

function propertiesIn(
  text: string,
  separator: string,
  escapes: Readonly<Record<string, string>>
): ReadonlyMap<string, string> {
  const pairs = text.split(separator).flatMap((pair) => {
    const [, key, value] = /^=*([^=]+)=+(.+)$/su.exec(pair) ?? []
    const isPair = key !== undefined && value !== undefined
    return isPair ? [[key.toLowerCase(), decode(value, escapes)] as const] : []
  })
  return new Map(pairs)
}

function decode(text: string, escapes: Readonly<Record<string, string>>): string {
  return Object.entries(escapes).reduce((all, [code, char]) => all.replaceAll(code, char), text)
}
