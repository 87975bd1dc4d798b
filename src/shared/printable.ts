/** One message of a registry or of helm; GitHub cuts annotations at 4096. */
const LONGEST_LINE = 2048

// C0 and C1 controls, soft hyphen, zero-width and bidirectional marks, line separators, BOM, tags.
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be found
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu

/**
 * The one safe printer: `text` as a single visible line that no terminal and no CI runner takes
 * for more than text. Controls and invisible characters become escapes, `::` and `##[` cannot
 * begin a workflow command (actions/runner, ActionCommand), and long text is cut and says so.
 */
export function printable(text: string): string {
  const visible = shorten(text, LONGEST_LINE)
    .replace(INVISIBLE, escapeCharacter)
    .replaceAll('##[', '# #[')
  return visible.replace(/^(\s*):(?=:)/u, '$1: ')
}

/** Where `shorten` has cut a text. */
export const CUT = '… ('

/** `text` when it is not longer than that, else its beginning and how much is left out. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text
  return `${text.slice(0, longest)}${CUT}${text.length - longest} more characters)`
}

function escapeCharacter(char: string): string {
  if (char === '\n') return '\\n'
  if (char === '\t') return ' '
  return `\\u{${char.codePointAt(0)?.toString(16)}}`
}
