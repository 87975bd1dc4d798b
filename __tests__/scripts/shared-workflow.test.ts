import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { SHARED_WORKFLOW, withSharedInputs } from '../../scripts/shared-workflow.ts'

const text = readFileSync(SHARED_WORKFLOW, 'utf8')
const { on, jobs } = parse(text)
const { inputs, secrets, outputs } = on.workflow_call
const [job] = Object.values<Job>(jobs)
const publish = job?.steps.find(({ id }) => id === 'publish')

interface Job {
  readonly outputs: Readonly<Record<string, string>>
  readonly steps: readonly {
    readonly id?: string
    readonly run?: string
    readonly with?: Readonly<Record<string, string>>
  }[]
  readonly permissions?: unknown
}

test('the shared workflow has the inputs and outputs of the action: `npm run docs` writes them', () => {
  expect(withSharedInputs(text)).toBe(text)
})

test('an input of the shared workflow that is not set counts as one of the action that is not set', () => {
  expect(inputs.chart).toMatchObject({ type: 'string', default: '.' })
  expect(inputs['require-genuine']).toMatchObject({ type: 'boolean', default: true })
  expect(inputs.concurrency).toMatchObject({ type: 'number', default: 8 })
  expect(inputs['if-exists']).toMatchObject({ type: 'string', default: 'fail' })
  expect(inputs.registry).toMatchObject({ type: 'string', required: true })
})

test('secrets are secrets of the shared workflow, named one by one, and no input', () => {
  const given = Object.entries(publish?.with ?? {}).filter(([, value]) =>
    value.includes('secrets.')
  )
  const bySecret = given.map(([name]) => name).filter((name) => name !== 'username')
  expect(bySecret).toEqual(Object.keys(secrets))
  expect(bySecret).toContain('password')
  expect(Object.keys(inputs)).not.toEqual(expect.arrayContaining(bySecret))
})

test('every input and every secret of the shared workflow is used', () => {
  const own = [...Object.keys(inputs), ...Object.keys(secrets)]
  const body = JSON.stringify(jobs)
  const used = own.filter((name) => new RegExp(`(inputs|secrets)\\.${name}\\b(?!-)`).test(body))
  expect(used).toEqual(own)
})

test('each output of the shared workflow is one of its job, and no output is an archive that is gone', () => {
  expect(Object.keys(outputs)).toEqual(Object.keys(job?.outputs ?? {}))
  expect(Object.keys(outputs)).toEqual(
    expect.arrayContaining(['digest', 'ref', 'status', 'results'])
  )
  expect(Object.keys(outputs)).not.toContain('archive')
})

test('the shared workflow takes the permissions of its caller, and puts no input into a script', () => {
  expect(job?.permissions).toBeUndefined()
  expect(job?.steps.filter(({ run }) => run !== undefined)).toEqual([])
})
