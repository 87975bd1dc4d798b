/**
 * All byte strings in which `mark`, a text of letters and digits, may stand inside of something larger. Escapes of
 * text leave it as it is unless they escape every character; base64 writes it in three ways. Nothing of this is
 * shared with src/, which it is to prove.
 */
export function formsOf(mark: string): readonly Buffer[] {
  const bytes = Buffer.from(mark, 'latin1')
  const hex = bytes.toString('hex')
  const base64 = [0, 1, 2].map((offset) => insideBase64(bytes, offset))
  const texts = [
    mark,
    mark.toUpperCase(),
    mark.toLowerCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    hex,
    hex.toUpperCase(),
    each(bytes, (code) => `%${code.toString(16)}`),
    each(bytes, (code) => `%${code.toString(16).toUpperCase()}`),
    each(bytes, (code) => `&#${code};`),
    each(bytes, (code) => `&#x${code.toString(16)};`),
    each(bytes, (code) => `\\u00${code.toString(16)}`)
  ]
  return [...[...new Set(texts)].map((text) => Buffer.from(text)), Buffer.from(mark, 'utf16le')]
}

function each(bytes: Buffer, write: (code: number) => string): string {
  return [...bytes].map(write).join('')
}

/** The digits that stay the same whatever stands before and behind: compared between zeros and ones. */
function insideBase64(bytes: Buffer, offset: number): string {
  const [low, high] = [0, 0xff].map((filler) => {
    const around = [Buffer.alloc(offset, filler), bytes, Buffer.alloc(3, filler)]
    return Buffer.concat(around).toString('base64')
  })
  const same = [...(low ?? '')].filter((digit, index) => digit === high?.[index])
  return same.join('').replaceAll('=', '')
}
