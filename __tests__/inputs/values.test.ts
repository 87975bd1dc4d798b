import { expect, test } from '@jest/globals'
import { specOf, TEXT_NAMES } from '../../src/inputs/table/table.ts'
import { parseDuration, parseValues } from '../../src/inputs/values.ts'
import type { Problem } from '../../src/shared/failure.ts'

/** What `InputValues` says of each kind; texts may be undefined. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  lines: ['object'],
  list: ['object'],
  'comma-list': ['object'],
  switch: ['boolean'],
  number: ['number'],
  duration: ['number'],
  choice: ['string']
}
const TEXTS = ['string', 'undefined']

test('every input has a value of the type of its kind, under its name as a key', () => {
  const problems: Problem[] = []
  const values = new Map<string, unknown>(Object.entries(parseValues({}, problems)))
  expect(problems).toEqual([])
  for (const name of TEXT_NAMES) {
    const key = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    expect(TYPES[specOf(name).kind] ?? TEXTS).toContain(typeof values.get(key))
  }
})

test('a default is one of the values that its kind can have', () => {
  const defaults = TEXT_NAMES.map((name) => [name, specOf(name).default ?? ''])
  const problems: Problem[] = []
  parseValues(Object.fromEntries(defaults), problems)
  expect(problems).toEqual([])
})

test('what its kind cannot read is a problem, with what to write', () => {
  const problems: Problem[] = []
  const texts = { 'dry-run': 'maybe', 'if-exists': 'x', concurrency: '100', timeout: '5 days' }
  parseValues(texts, problems)
  expect(problems).toEqual([
    { message: '`if-exists` is "x".', fix: 'Set it to one of fail, skip, overwrite.' },
    { message: '`dry-run` is "maybe".', fix: 'Set it to true or false.' },
    { message: '`concurrency` is "100".', fix: 'Use a number from 1 to 99.' },
    {
      message: '`timeout` is "5 days", which is not a duration.',
      fix: 'Write it as 90s, 10m, or a number of seconds.'
    }
  ])
})

test('upper case is taken for switches and choices', () => {
  const problems: Problem[] = []
  expect(parseValues({ 'dry-run': 'TRUE', 'if-exists': 'Skip' }, problems)).toMatchObject({
    dryRun: true,
    ifExists: 'skip'
  })
  expect(problems).toEqual([])
})

test.each([
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['45', 45_000],
  ['0', undefined],
  ['-5s', undefined],
  ['5m30s', undefined],
  ['1.5m', undefined],
  ['9999999h', undefined],
  ['soon', undefined]
])('"%s" is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})
