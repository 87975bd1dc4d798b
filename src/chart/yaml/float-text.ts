/** A decimal number: its digits, the first of them before the point, and the power of ten. */
interface Decimal {
  readonly digits: string
  readonly exponent: number
}

/** Digits beyond these make no difference to a float32. */
const MOST_DIGITS = 9
/** Halfway between two decimals of eight digits, and the one float32 that Go 1.26 rounds to the odd one (strconv, ftoadbox.go). */
const ROUNDED_TO_ODD = 2 ** -12

/** Go's strconv.FormatFloat(value, 'g', -1, 32): the shortest digits that name the same float32. */
export function float32Text(value: number): string {
  const single = Math.fround(value)
  if (Number.isNaN(single)) return 'NaN'
  if (!Number.isFinite(single)) return single > 0 ? '+Inf' : '-Inf'
  if (single === 0) return Object.is(single, -0) ? '-0' : '0'
  const text = decimalText(shortest(Math.abs(single)))
  return single < 0 ? `-${text}` : text
}

/** Go's strconv.FormatFloat(value, 'g', -1, 64) for what JSON can hold. */
export function float64Text(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  return power < -4 || power >= 6 ? `${digits}e${signedTwoDigits(power)}` : String(value)
}

function shortest(single: number): Decimal {
  if (single === ROUNDED_TO_ODD) return { digits: '24414063', exponent: -4 }
  const [mantissa = '', exponent = '0'] = single.toExponential(100).split('e')
  const exact = { digits: mantissa.replace('.', ''), exponent: Number(exponent) }
  for (let count = 1; count < MOST_DIGITS; count++) {
    const found = neighbours(exact, count).find((decimal) => isSame(decimal, single))
    if (found) return found
  }
  return neighbours(exact, MOST_DIGITS)[0]
}

function isSame(decimal: Decimal, single: number): boolean {
  return Math.fround(Number(`${pointed(decimal.digits)}e${decimal.exponent}`)) === single
}

/** The two decimals of `count` digits around `exact`, the nearer first; of equally near ones the even. */
function neighbours({ digits, exponent }: Decimal, count: number): readonly [Decimal, Decimal] {
  const below = digits.slice(0, count)
  const above = String(BigInt(below) + 1n)
  const rest = digits.slice(count)
  const half = '5'.padEnd(rest.length, '0')
  const isEven = Number(below.at(-1)) % 2 === 0
  const lower = { digits: below, exponent }
  const upper = { digits: above, exponent: exponent + above.length - count }
  return rest < half || (rest === half && isEven) ? [lower, upper] : [upper, lower]
}

function decimalText({ digits, exponent }: Decimal): string {
  const bare = digits.replace(/0+$/, '')
  if (exponent < -4 || exponent >= 6) return `${pointed(bare)}e${signedTwoDigits(exponent)}`
  return Number(`${pointed(bare)}e${exponent}`).toString()
}

function pointed(digits: string): string {
  return digits.length === 1 ? digits : `${digits.charAt(0)}.${digits.slice(1)}`
}

function signedTwoDigits(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`
}
