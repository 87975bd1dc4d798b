import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { replaceStandardOutput } from '../../src/shared/standard-output.ts'

const original = process.stdout.write
let written: string[]

beforeEach(() => {
  written = []
  process.stdout.write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    written.push(String(chunk))
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') callback()
    return false
  }
  replaceStandardOutput((print) => (text, done) => print(text.toUpperCase(), done))
})

afterEach(() => {
  process.stdout.write = original
})

test('text and bytes are changed before they are written', () => {
  process.stdout.write('text ü\n')
  process.stdout.write(Buffer.from('bytes ü\n'))
  process.stdout.write(new Uint8Array([97, 98, 10]))
  expect(written).toEqual(['TEXT Ü\n', 'BYTES Ü\n', 'AB\n'])
})

test('the encoding of a text is honoured', () => {
  process.stdout.write('6869', 'hex')
  expect(written).toEqual(['HI'])
})

test('whoever waits for the end of a write is called, with or without an encoding', async () => {
  await new Promise<void>((resolve) => process.stdout.write('one', () => resolve()))
  await new Promise<void>((resolve) => process.stdout.write('two', 'utf8', () => resolve()))
  expect(written).toEqual(['ONE', 'TWO'])
})

test('whether the writer should pause is passed on', () => {
  expect(process.stdout.write('x')).toBe(false)
})
