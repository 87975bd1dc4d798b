import { describe, expect, test } from '@jest/globals'
import { parseJson } from '../../src/shared/json.ts'

const lists = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const mixed = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`

describe('JSON', () => {
  test.each([
    ['lists', lists],
    ['objects', objects],
    ['both', mixed]
  ])('of %s with 500 levels is read, and can be walked through', (_, nested) => {
    expect(JSON.stringify(parseJson(Buffer.from(nested(500))))).toBe(nested(500))
  })

  test.each([
    ['lists', lists],
    ['objects', objects],
    ['both', mixed]
  ])('of %s with more levels is none', (_, nested) => {
    expect(parseJson(Buffer.from(nested(502)))).toBeUndefined()
    expect(parseJson(Buffer.from(`{"a":"b","c":${nested(100_000)}}`))).toBeUndefined()
  })

  test.each([
    ['in a text', JSON.stringify('['.repeat(1000))],
    ['behind escapes', JSON.stringify(`"\\"${'{'.repeat(1000)}\\`)],
    ['one after the other', `[${'[],{},'.repeat(1000)}0]`]
  ])('with many brackets %s is read', (_, json) => {
    expect(parseJson(Buffer.from(json))).toEqual(JSON.parse(json))
  })

  test.each(['', '[', ']]]', '"\\', '<html>', '\ufeff{}'])('that is %j is none', (text) => {
    expect(parseJson(Buffer.from(text))).toBeUndefined()
  })
})
