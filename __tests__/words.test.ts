import { expect, test } from '@jest/globals'
import { describe, findWords, textsIn } from '../scripts/words.ts'

test('texts for users have no word that has a better one', () => {
  expect(findWords().map(describe)).toEqual([])
})

test('texts are the literals of a source that have a blank, without comments and expressions', () => {
  const source = [
    "import { a } from './keep it.ts'",
    '/** It is told. */',
    '// It is told.',
    "const kind = 'kept'",
    'const text = `It is \u0024{told} and "kept" here`',
    "const other = 'It is told.'"
  ]
  const texts = textsIn(source.join('\n')).split('\n')
  expect(texts.map((line) => line.trim())).toEqual([
    '',
    '',
    '',
    '',
    '`It is         and "kept" here`',
    "'It is told.'"
  ])
})
