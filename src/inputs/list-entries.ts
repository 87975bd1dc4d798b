import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { parseJson } from '../shared/json.ts'

/** A JSON array that is meant as one: globs such as `[ab]*` begin with a bracket, too. */
const BEGINS_AS_ARRAY = /^\[\s*(?:["\]{[]|$)/

/**
 * The entries of a list input: one per line, without comments (`#`), or a JSON array of texts, as a whole or on a line
 * of its own, as other steps write lists. Blanks around an entry and empty entries do not count. What looks like such
 * an array but is none adds a problem.
 */
export function listEntries(name: string, text: string, problems: Problem[]): readonly string[] {
  const whole = arrayIn(name, text, problems)
  const entries = whole ?? text.split(/\r?\n/).flatMap((line) => lineEntries(name, line, problems))
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '')
}

/**
 * As `listEntries`, where no entry has a comma, so that commas separate entries, too. Not where there is an `@`: what is
 * before it may be a password with a comma, of which no part may stand in a message.
 */
export function commaEntries(name: string, text: string, problems: Problem[]): readonly string[] {
  const entries = listEntries(name, text, problems).flatMap((entry) => {
    return entry.includes('@') ? [entry] : entry.split(',')
  })
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '')
}

function lineEntries(name: string, line: string, problems: Problem[]): readonly string[] {
  if (line.trim().startsWith('#')) return []
  const entries = arrayIn(name, line, problems)
  if (entries || !BEGINS_AS_ARRAY.test(line.trim())) return entries ?? [line]
  const message = `${input(name)} begins like a JSON array, but is not valid JSON.`
  problems.push({ message, fix: 'Write one entry per line, or an array such as ["a", "b"].' })
  return []
}

/** Undefined for a text that is not a JSON array. */
function arrayIn(name: string, text: string, problems: Problem[]): readonly string[] | undefined {
  if (!text.trim().startsWith('[')) return undefined
  const value = parseJson(Buffer.from(text))
  if (!Array.isArray(value)) return undefined
  const texts = value.filter((entry): entry is string => typeof entry === 'string')
  if (texts.length < value.length) {
    const message = `${input(name)} is a JSON array with an entry that is not a string.`
    problems.push({ message, fix: 'Write an array of strings, such as ["a", "b"].' })
  }
  return texts
}
