/**
 * The parts of an entry that may be a list on one line: what blanks and commas separate, those between braces apart,
 * which belong to a pattern. Names of files can have both, so it may be one path as well.
 */
export function listParts(entry: string): readonly string[] {
  return entry.split(/[\s,]+(?![^{}]*\})/).filter((part) => part !== '')
}
