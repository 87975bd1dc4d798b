import { decodeBinary } from './binary.ts'
import { yamlError } from './error.ts'
import type { ScalarNode } from './node.ts'
import { isTimestamp } from './timestamp.ts'
import { NULL, type YamlScalar } from './value.ts'

const PREFIX = 'tag:yaml.org,2002:'
const BINARY_TAG = `${PREFIX}binary`

const WORDS: ReadonlyMap<string, YamlScalar> = new Map<string, YamlScalar>([
  ...words('y Y yes Yes YES true True TRUE on On ON', { kind: 'bool', value: true }),
  ...words('n N no No NO false False FALSE off Off OFF', { kind: 'bool', value: false }),
  ...words('~ null Null NULL', NULL),
  ['', NULL],
  ...words('.nan .NaN .NAN', { kind: 'float', value: Number.NaN }),
  ...words('.inf .Inf .INF +.inf +.Inf +.INF', { kind: 'float', value: Number.POSITIVE_INFINITY }),
  ...words('-.inf -.Inf -.INF', { kind: 'float', value: Number.NEGATIVE_INFINITY })
])

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
/** A number that begins with its point is read as Go writes numbers: `_` stands between digits alone. */
const FRACTION = /^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?$/
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/
/** go-yaml cuts `0b` off and lets Go read the rest, which may have a sign of its own. */
const SIGNED_BINARY = /^0b([-+][01]+)$/
const LARGEST_UNSIGNED = 2n ** 64n - 1n
const LARGEST_SIGNED = 2n ** 63n - 1n

/**
 * What a scalar means to Helm: YAML 1.1 as go-yaml v2 reads it (resolve.go). Time stamps stay text,
 * since go-yaml hands them on as text.
 * @throws YamlError when the content does not fit the tag
 */
export function resolveScalar({ text, tag, isImplicit, line }: ScalarNode): YamlScalar {
  if (tag === '') return isImplicit ? resolvePlain(text) : { kind: 'string', value: text }
  if (tag === BINARY_TAG) {
    const value = decodeBinary(text)
    if (value === undefined) throw yamlError(line, '!!binary value contains invalid base64 data')
    return { kind: 'string', value }
  }
  const wanted = tag.startsWith(PREFIX) ? tag.slice(PREFIX.length) : ''
  if (!RESOLVED.has(wanted)) return { kind: 'string', value: text }
  const value = resolveAs(wanted, text)
  if (!value) throw yamlError(line, `cannot decode \`${text}\` as a !!${wanted}`)
  return value
}

const RESOLVED: ReadonlySet<string> = new Set(['bool', 'int', 'float', 'null', 'timestamp'])

function resolveAs(wanted: string, text: string): YamlScalar | undefined {
  if (wanted === 'timestamp') return isTimestamp(text) ? { kind: 'string', value: text } : undefined
  const value = resolvePlain(text)
  if (value.kind === wanted) return value
  const fits = wanted === 'float' && value.kind === 'int' && value.value <= LARGEST_SIGNED
  return fits ? { kind: 'float', value: Number(value.value) } : undefined
}

/** What a plain scalar without a tag means. */
export function resolvePlain(text: string): YamlScalar {
  const word = WORDS.get(text)
  if (word) return word
  if (text.startsWith('.') ? !FRACTION.test(text) : !/^[-+0-9]/.test(text))
    return { kind: 'string', value: text }
  const plain = text.replaceAll('_', '')
  return parseInteger(plain) ?? parseFloatText(plain) ?? { kind: 'string', value: text }
}

function words(texts: string, value: YamlScalar): readonly (readonly [string, YamlScalar])[] {
  return texts.split(' ').map((text) => [text, value])
}

function parseInteger(text: string): YamlScalar | undefined {
  const [, sign, digits] = INTEGER.exec(text) ?? []
  if (digits === undefined) return parseSignedBinary(text)
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
  return inRange(sign === '-' ? -magnitude : magnitude, sign === '')
}

function parseSignedBinary(text: string): YamlScalar | undefined {
  const digits = SIGNED_BINARY.exec(text)?.[1]
  if (digits === undefined) return undefined
  const magnitude = BigInt(`0b${digits.slice(1)}`)
  return inRange(digits.startsWith('-') ? -magnitude : magnitude, false)
}

/** Go reads 64 bits, with the topmost for a value only where no sign is written. */
function inRange(value: bigint, isUnsigned: boolean): YamlScalar | undefined {
  if (value > (isUnsigned ? LARGEST_UNSIGNED : LARGEST_SIGNED)) return undefined
  return value < -LARGEST_SIGNED - 1n ? undefined : { kind: 'int', value }
}

function parseFloatText(text: string): YamlScalar | undefined {
  if (!FLOAT.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? { kind: 'float', value } : undefined
}
