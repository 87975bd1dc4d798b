import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type Answer, bothAnswers, type Question, REFUSED } from '../support/charts/helm-rules.ts'

interface Case {
  readonly question: Question
  readonly answer: Answer
}

/** What Helm's code replied to random questions: `node scripts/helm-rules/helm-rules.ts record`. */
const CASES: readonly Case[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/helm/rules.json'), 'utf8')
)

test.each(['range', 'sort', 'tags', 'url', 'lock'] as const)(
  'Helm and we agree on each recorded case: %s',
  (kind) => {
    const cases = CASES.filter(({ question }) => question.kind === kind)
    expect(cases.length).toBeGreaterThan(20)
    const differing = cases.filter(({ question, answer }) => {
      const [helms, ours] = bothAnswers(question, answer)
      return helms !== ours
    })
    expect(differing).toEqual([])
  }
)

test('an index that Helm reads has the same versions for us; of those that it refuses we pass some faults over', () => {
  const cases = CASES.filter(({ question }) => question.kind === 'index')
  const both = cases.map(({ question, answer }) => bothAnswers(question, answer))
  const read = both.filter(([helms]) => helms !== REFUSED)
  expect(read.length).toBeGreaterThan(20)
  expect(read.filter(([helms, ours]) => helms !== ours)).toEqual([])
})
