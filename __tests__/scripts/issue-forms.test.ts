import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'

const FOLDER = join(import.meta.dirname, '../../.github/ISSUE_TEMPLATE')
const FORMS = readdirSync(FOLDER).filter((name) => name !== 'config.yml')
const TYPES = ['checkboxes', 'dropdown', 'input', 'markdown', 'textarea']

interface Field {
  readonly type: string
  readonly id?: string
  readonly attributes: Readonly<Record<string, unknown>>
}

// GitHub shows none of a form that has one mistake, and says so nowhere.
describe.each(FORMS)('the issue form %s', (name) => {
  const { body, ...head } = parse(readFileSync(join(FOLDER, name), 'utf8'))
  const fields: readonly Field[] = body

  test('has a name, a description, and fields of known types', () => {
    expect(head).toMatchObject({ name: expect.any(String), description: expect.any(String) })
    expect(TYPES).toEqual(expect.arrayContaining([...new Set(fields.map(({ type }) => type))]))
  })

  test('has a label and an id of its own for each field', () => {
    const asked = fields.filter(({ type }) => type !== 'markdown')
    expect(asked.filter(({ attributes }) => typeof attributes['label'] !== 'string')).toEqual([])
    expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length)
    expect(asked.filter(({ id = '' }) => !/^[a-z-]+$/.test(id))).toEqual([])
  })

  test('asks for at least one answer', () => {
    const required = fields.filter((field) => JSON.stringify(field).includes('"required":true'))
    expect(required.length).toBeGreaterThan(0)
  })
})
