import { describe, expect, test } from '@jest/globals'
import { scalarText } from '../../../src/chart/yaml/node.ts'
import { resolvePlain } from '../../../src/chart/yaml/resolve.ts'

describe('a plain scalar becomes the text that Helm puts into a string field', () => {
  test.each([
    ['123', '123'],
    ['0x1F', '31'],
    ['0777', '511'],
    ['0o17', '15'],
    ['0b101', '5'],
    ['1_000', '1000'],
    ['+12', '12'],
    ['-0x10', '-16'],
    ['00012', '10'],
    ['0789', '789'],
    ['1.10', '1.1'],
    ['1.0', '1'],
    ['.5', '0.5'],
    ['1.', '1'],
    ['1e3', '1000'],
    ['1E5', '100000'],
    ['1.23456789', '1.2345679'],
    ['1e6', '1e+06'],
    ['1234567.0', '1.234567e+06'],
    ['123456.7', '123456.7'],
    ['0.00001', '1e-05'],
    ['20240101.5', '2.0240102e+07'],
    ['1e39', '+Inf'],
    ['-0.0', '-0'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '1.8446744e+19'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['.inf', '+Inf'],
    ['-.INF', '-Inf'],
    ['.nan', 'NaN'],
    ['y', 'true'],
    ['Yes', 'true'],
    ['ON', 'true'],
    ['n', 'false'],
    ['Off', 'false'],
    ['yEs', 'yEs'],
    ['2020-01-02', '2020-01-02'],
    ['12:30:45', '12:30:45'],
    ['190:20:30', '190:20:30'],
    ['1.2.3', '1.2.3'],
    ['127.0.0.1', '127.0.0.1'],
    ['-', '-'],
    ['.', '.'],
    ['1e999', '1e999']
  ])('%s as %s', (written, text) => {
    expect(scalarText(resolvePlain(written))).toBe(text)
  })

  test.each(['', '~', 'null', 'Null', 'NULL'])('%j leaves the field unset', (written) => {
    expect(scalarText(resolvePlain(written))).toBeUndefined()
  })
})
