import { decodeBase64 } from '../../shared/base64.ts'
import { NULL, type ScalarNode, type YamlScalar, yamlError } from './node.ts'

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
/** A number that begins with its point is read as Go writes numbers: `_` stands only between digits. */
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

/**
 * The text of a `!!binary` scalar, or undefined where Go's base64 refuses it. Bytes that are not
 * UTF-8 become one U+FFFD each, as when Go writes them as JSON.
 */
function decodeBinary(text: string): string | undefined {
  const bytes = decodeBase64(text)
  return bytes && replaceInvalid(bytes)
}

function replaceInvalid(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const char = characterAt(bytes, at)
    text += char ?? '\ufffd'
    at += char === undefined ? 1 : Buffer.byteLength(char)
  }
  return text
}

function characterAt(bytes: Buffer, at: number): string | undefined {
  for (let width = 1; width <= 4 && at + width <= bytes.length; width++) {
    const char = bytes.toString('utf8', at, at + width)
    if (!char.includes('\ufffd') || isReplacement(bytes, at, width)) return char
  }
  return undefined
}

function isReplacement(bytes: Buffer, at: number, width: number): boolean {
  return width === 3 && bytes.readUIntBE(at, 3) === 0xefbfbd
}

interface TimeFields {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly zoneHour: number
  readonly zoneMinute: number
}

const DATE = '(\\d{4})-(\\d{1,2})-(\\d{1,2})'
const TIME = '(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:[.,]\\d+)?'
const ZONE = '(?:Z|[-+](\\d{2}):(\\d{2}))'
/** The layouts that go-yaml v2 tries (resolve.go), as Go's time.Parse takes them. */
const LAYOUTS = [
  new RegExp(`^${DATE}[Tt]${TIME}${ZONE}$`),
  new RegExp(`^${DATE} +${TIME}$`),
  new RegExp(`^${DATE}$`)
]
const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,]\d+)?(?:Z|[-+](\d{2}):(\d{2}))$/

/** Whether go-yaml takes `text` for a time stamp. */
export function isTimestamp(text: string): boolean {
  return LAYOUTS.some((layout) => isTime(layout.exec(text)))
}

/** Whether Go's time.Time takes `text` out of JSON: RFC 3339, and what time.Parse lets pass beside it. */
export function isRfc3339(text: string): boolean {
  return isTime(RFC3339.exec(text))
}

function isTime(match: RegExpExecArray | null): boolean {
  if (!match) return false
  const fields = fieldsOf(match.slice(1).map((field) => Number(field ?? 0)))
  return isDate(fields) && isClock(fields)
}

function fieldsOf(numbers: readonly number[]): TimeFields {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers
  const [zoneHour = 0, zoneMinute = 0] = numbers.slice(6)
  return { year, month, day, hour, minute, second, zoneHour, zoneMinute }
}

function isDate({ year, month, day }: TimeFields): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

/** Go lets offsets of 24 hours and of 60 minutes pass. */
function isClock({ hour, minute, second, zoneHour, zoneMinute }: TimeFields): boolean {
  return hour < 24 && minute < 60 && second < 60 && zoneHour <= 24 && zoneMinute <= 60
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return isLeap ? 29 : 28
}
