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
