/** `1 chart`, `2 charts`; for words that take an s. */
export function plural(number: number, word: string): string {
  return number === 1 ? `1 ${word}` : `${number} ${word}s`
}
