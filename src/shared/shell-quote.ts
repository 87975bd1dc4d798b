/** A text as one word of a POSIX shell, for commands in advice: what a chart or a path holds must not become a command. */
export function shellQuote(text: string): string {
  // A word that begins with a hyphen would be an option.
  if (/^[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./-]*$/.test(text)) return text
  const safe = text.startsWith('-') ? `./${text}` : text
  return `'${safe.replaceAll("'", "'\\''")}'`
}
