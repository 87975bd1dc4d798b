/** Bytes for people: `812 B`, `3.4 KiB`, `1.2 MiB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

/** Seconds for people: `0.4 s`, `12 s`, `2 min 5 s`. */
export function timeText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** Seconds since `started` (of performance.now). */
export function elapsedSeconds(started: number): number {
  return (performance.now() - started) / 1000
}

/** The same as a text with two decimals. */
export function secondsSince(started: number): string {
  return elapsedSeconds(started).toFixed(2)
}

/** `sha256:` and twelve digits, as docker shows digests: enough to tell two apart. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12)
}

/** `1 chart`, `2 charts`; for words that take an s. */
export function plural(number: number, word: string): string {
  return number === 1 ? `1 ${word}` : `${number} ${word}s`
}

/** A text as one word of a POSIX shell, for commands in advice: what a chart or a path holds must not become a command. */
export function shellQuote(text: string): string {
  // A word that begins with a hyphen would be an option.
  if (/^[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./-]*$/.test(text)) return text
  const safe = text.startsWith('-') ? `./${text}` : text
  return `'${safe.replaceAll("'", "'\\''")}'`
}
