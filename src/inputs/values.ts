import { withoutUser } from '../oci/spec/reference.ts'
import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { commaEntries, listEntries } from './list-entries.ts'
import type { InputSpec } from './table/spec.ts'
import {
  type CamelCase,
  camelCase,
  type INPUTS,
  specOf,
  TEXT_NAMES,
  type TextName
} from './table/table.ts'

/** Inputs as a face got them: texts, missing or empty where nothing was given. */
export type InputTexts = Readonly<Partial<Record<TextName, string>>>

/** The inputs that are not secrets, each read as its kind says: `dry-run` is `dryRun`. */
export type InputValues = {
  readonly [Name in TextName as CamelCase<Name>]: ValueOf<(typeof INPUTS)[Name]>
}

type ValueOf<Spec extends InputSpec> = Spec extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Spec extends { readonly kind: keyof ValueByKind }
    ? ValueByKind[Spec['kind']]
    : Spec extends { readonly default: string }
      ? string
      : string | undefined

interface ValueByKind {
  readonly lines: readonly string[]
  readonly list: readonly string[]
  readonly 'comma-list': readonly string[]
  readonly switch: boolean
  readonly number: number
  /** Milliseconds. */
  readonly duration: number
}

type Value = string | readonly string[] | boolean | number | undefined

/** Reads every input by its kind, or its default where nothing is given; what cannot be read adds a problem. */
export function parseValues(texts: InputTexts, problems: Problem[]): InputValues
// TypeScript does not follow a loop over the table: the line above says what it results in, and a test holds it to it.
export function parseValues(
  texts: InputTexts,
  problems: Problem[]
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    TEXT_NAMES.map((name) => {
      const spec = specOf(name)
      return [
        camelCase(name),
        parseValue({ name, spec, text: textFor(spec, texts[name]) }, problems)
      ]
    })
  )
}

function textFor(spec: InputSpec, given: string | undefined): string | undefined {
  const text = spec.mayBeEmpty ? given : given?.trim() || undefined
  return text ?? spec.default
}

interface Given {
  readonly name: TextName
  readonly spec: InputSpec
  readonly text: string | undefined
}

function parseValue({ name, spec, text }: Given, problems: Problem[]): Value {
  switch (spec.kind) {
    case 'lines':
      return linesOf(text ?? '')
    case 'list':
      return listEntries(name, text ?? '', problems)
    case 'comma-list':
      return commaEntries(name, text ?? '', problems)
    case 'switch':
      return parseSwitch(name, text ?? '', problems)
    case 'choice':
      return parseChoice(name, { text: text ?? '', choices: spec.choices }, problems)
    case 'number':
      return parseCount(name, { text: text ?? '', most: spec.most }, problems)
    case 'duration':
      return parseTime(name, text ?? '', problems)
    default:
      return text
  }
}

function linesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function parseSwitch(name: string, text: string, problems: Problem[]): boolean {
  const value = text.toLowerCase()
  if (value === 'true' || value === 'false') return value === 'true'
  problems.push({ message: isSetTo(name, text), fix: 'Set it to true or false.' })
  return false
}

/** One of the choices; the first where it is not one of them. */
function parseChoice(
  name: string,
  { text, choices }: { readonly text: string; readonly choices: readonly string[] },
  problems: Problem[]
): string | undefined {
  const chosen = choices.find((choice) => choice === text.toLowerCase())
  if (chosen !== undefined) return chosen
  problems.push({ message: isSetTo(name, text), fix: `Set it to one of ${choices.join(', ')}.` })
  return choices[0]
}

function parseCount(
  name: string,
  { text, most }: { readonly text: string; readonly most: number },
  problems: Problem[]
): number {
  const count = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= most) return count
  problems.push({ message: isSetTo(name, text), fix: `Use a number from 1 to ${most}.` })
  return 1
}

function parseTime(name: string, text: string, problems: Problem[]): number {
  const milliseconds = parseDuration(text)
  if (milliseconds !== undefined) return milliseconds
  const message = `${input(name)} is "${withoutUser(text)}", which is not a duration.`
  problems.push({ message, fix: 'Write it as 90s, 10m, or a number of seconds.' })
  return 0
}

function isSetTo(name: string, text: string): string {
  return `${input(name)} is "${withoutUser(text)}".`
}

/** Node's timers take no more (2^31 - 1 ms). */
const LONGEST_SECONDS = 2_147_483
const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** Milliseconds in `90s`, `10m`, `1h` or plain seconds; undefined for anything else, nothing, and weeks. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit = 's'] = /^(\d{1,7})([smh])?$/.exec(text) ?? []
  if (digits === undefined) return undefined
  const seconds = Number(digits) * (SECONDS_PER_UNIT[unit] ?? 1)
  return seconds > 0 && seconds <= LONGEST_SECONDS ? seconds * 1000 : undefined
}
