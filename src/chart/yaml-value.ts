/** A YAML value as go-yaml v2 resolves it; keys are text already, the later of equal keys has won. */
export type YamlValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly YamlValue[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, YamlValue> }

export type YamlScalar = Exclude<YamlValue, { kind: 'list' | 'map' }>

const WORDS: ReadonlyMap<string, YamlScalar> = new Map<string, YamlScalar>([
  ...words(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'], {
    kind: 'bool',
    value: true
  }),
  ...words(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'], {
    kind: 'bool',
    value: false
  }),
  ...words(['', '~', 'null', 'Null', 'NULL'], { kind: 'null' }),
  ...words(['.nan', '.NaN', '.NAN'], { kind: 'float', value: Number.NaN }),
  ...words(['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'], {
    kind: 'float',
    value: Number.POSITIVE_INFINITY
  }),
  ...words(['-.inf', '-.Inf', '-.INF'], { kind: 'float', value: Number.NEGATIVE_INFINITY })
])

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/
const LARGEST_UNSIGNED = 2n ** 64n - 1n
const LARGEST_SIGNED = 2n ** 63n - 1n

/**
 * What a plain scalar means to Helm: YAML 1.1 as go-yaml v2 reads it (resolve.go). Time stamps
 * stay text, since go-yaml hands them on as text.
 */
export function resolvePlainScalar(text: string): YamlScalar {
  const word = WORDS.get(text)
  if (word) return word
  if (text.startsWith('.')) return parseFloatText(text) ?? { kind: 'string', value: text }
  if (!/^[-+0-9]/.test(text)) return { kind: 'string', value: text }
  const plain = text.replaceAll('_', '')
  return parseInteger(plain) ?? parseFloatText(plain) ?? { kind: 'string', value: text }
}

function words(texts: readonly string[], value: YamlScalar): readonly [string, YamlScalar][] {
  return texts.map((text) => [text, value])
}

function parseInteger(text: string): YamlScalar | undefined {
  const [, sign, digits] = INTEGER.exec(text) ?? []
  if (digits === undefined) return undefined
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
  const value = sign === '-' ? -magnitude : magnitude
  const largest = sign === '' ? LARGEST_UNSIGNED : LARGEST_SIGNED
  if (value > largest || value < -LARGEST_SIGNED - 1n) return undefined
  return { kind: 'int', value }
}

function parseFloatText(text: string): YamlScalar | undefined {
  if (!FLOAT.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? { kind: 'float', value } : undefined
}

/** A scalar as text, the way sigs.k8s.io/yaml fills a string field; undefined for null. */
export function scalarText(scalar: YamlScalar): string | undefined {
  switch (scalar.kind) {
    case 'null':
      return undefined
    case 'float':
      return float32Text(scalar.value)
    default:
      return String(scalar.value)
  }
}

/** Go's strconv.FormatFloat(value, 'g', -1, 32): the shortest digits that name the same float32. */
function float32Text(value: number): string {
  const single = Math.fround(value)
  if (Number.isNaN(single)) return 'NaN'
  if (!Number.isFinite(single)) return single > 0 ? '+Inf' : '-Inf'
  if (single === 0) return Object.is(single, -0) ? '-0' : '0'
  const [mantissa = '', exponentText = '0'] = shortestDigits(single).split('e')
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 6) return `${mantissa}e${signedTwoDigits(exponent)}`
  return Number(`${mantissa}e${exponent}`).toString()
}

function shortestDigits(single: number): string {
  for (let digits = 0; digits < 9; digits++) {
    const text = single.toExponential(digits)
    if (Math.fround(Number(text)) === single) return text
  }
  return single.toExponential()
}

function signedTwoDigits(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`
}
