/** Letters or digits that follow one another so often are counted up or typed along a keyboard: "abcdef", "123456". */
const LONGEST_SERIES = 5
const ROWS = 'abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm'
/** Of 20 random characters of base64, 10 are different in all but one of a hundred million. */
const LEAST_DIFFERENT = 0.5
const MOST_NEEDED = 18
const BASE64_CHARACTERS = 64
/** Of 36 random characters of an alphabet, that part of it occurs. */
const LEAST_OF_ALPHABET = 0.5

/**
 * Whether a text of letters and digits looks like one that a machine has drawn: with capitals, small letters and
 * digits, of many different characters, without series ("123456") and repetitions ("xxxx"). Of 20 random characters
 * or more of base64 nearly all pass; placeholders do not.
 */
export function looksRandom(text: string): boolean {
  if (![/[A-Z]/, /[a-z]/, /[0-9]/].every((kind) => kind.test(text))) return false
  return isVaried(text)
}

/** As `looksRandom`, for an alphabet with so many characters: hexadecimal, base32. */
export function isVaried(text: string, characters: number = BASE64_CHARACTERS): boolean {
  const needed = [MOST_NEEDED, text.length * LEAST_DIFFERENT, characters * LEAST_OF_ALPHABET]
  if (new Set(text).size < Math.min(...needed)) return false
  return !/(.)\1{4}/.test(text) && !hasSeries(text.toLowerCase())
}

function hasSeries(text: string): boolean {
  for (let at = 0; at + LONGEST_SERIES < text.length; at++) {
    if (ROWS.includes(text.slice(at, at + LONGEST_SERIES + 1))) return true
  }
  return false
}
