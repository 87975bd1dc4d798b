/** Shorter forms would hide ordinary text; GitLab masks nothing below 8 characters either. */
const SHORTEST_DERIVED_FORM = 8

/**
 * The forms in which a secret shows up in logs, longest first: itself, its lines, base64,
 * URL, form and JSON encodings. Forms below 8 characters are left out, the value itself is not.
 */
export function derivedForms(value: string): readonly string[] {
  const trimmed = value.trim()
  if (trimmed === '') return []
  const derived = [value, trimmed, ...trimmed.split(/[\r\n]+/)]
    .map((text) => text.trim())
    .flatMap((text) => [text, ...encodings(text)])
    .filter((text) => text.length >= SHORTEST_DERIVED_FORM)
  return [...new Set([value, trimmed, ...derived])].sort((a, b) => b.length - a.length)
}

function encodings(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8')
  const json = JSON.stringify(text).slice(1, -1)
  return [
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    encodeURIComponent(text),
    new URLSearchParams({ v: text }).toString().slice(2),
    json,
    json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`)
  ]
}
