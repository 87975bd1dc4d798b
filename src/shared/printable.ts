/** One message of a registry or of helm; GitHub cuts annotations at 4096. */
const LONGEST_LINE = 2048

/**
 * Controls, ends of lines, halves of pairs, what reorders text, what nobody sees (Unicode's own classes); variation
 * selectors stay, as emoji need them.
 */
const INVISIBLE =
  /[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--[\ufe00-\ufe0f]]/gv

/** Where GitHub, Azure Pipelines (`##vso[`) and TeamCity (`##teamcity[`) find a command anywhere in a line. */
const HASHES = /##(?=[a-z]*\[)/gi

/**
 * The one safe printer: `text` as a single visible line that no terminal and no CI runner takes
 * for more than text. Controls and invisible characters become escapes, `::` and `##[` cannot
 * begin a workflow command (actions/runner, ActionCommand), and long text is cut and says so.
 */
export function printable(text: string): string {
  return visible(shorten(text, LONGEST_LINE))
}

/** As `printable`, however long: for what is of use as a whole only, such as a path. */
export function visible(text: string): string {
  return text
    .replace(INVISIBLE, escapeCharacter)
    .replace(HASHES, '# #')
    .replace(/^(\s*):(?=:)/u, '$1: ')
}

/** As `visible`, each line by itself; their ends stay. */
export function visibleLines(text: string): string {
  const parts = text.split(/(\r?\n)/)
  return parts.map((part, index) => (index % 2 === 1 ? part : visible(part))).join('')
}

/** JSON that says the same, with all that `printable` would change written as escapes of JSON. */
export function printableJson(json: string): string {
  return json
    .replace(INVISIBLE, (char) => (char === '\n' ? char : jsonEscape(char)))
    .replace(HASHES, '#\\u0023')
}

/** Where `shorten` has cut a text. */
const CUT = '… ('

/** `text` when it is not longer than that, else its beginning and how much is left out. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text
  const beginning = text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')
  return `${beginning}${CUT}${text.length - beginning.length} more characters)`
}

function escapeCharacter(char: string): string {
  if (char === '\n') return '\\n'
  if (char === '\t') return ' '
  return `\\u{${char.codePointAt(0)?.toString(16)}}`
}

function jsonEscape(char: string): string {
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
