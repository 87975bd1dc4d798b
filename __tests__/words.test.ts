import { expect, test } from '@jest/globals'
import { allowedCounts, countsOf, describe, findWords, textsIn } from '../scripts/words.ts'

test('texts for users have no word that has a better one, but for those that scripts/words.json counts', () => {
  const hits = findWords()
  const [found, allowed] = [countsOf(hits), allowedCounts()]
  const tooMany = hits.filter(({ file, word }) => {
    return (found[file]?.[word] ?? 0) > (allowed[file]?.[word] ?? 0)
  })
  expect(tooMany.map(describe)).toEqual([])
})

test('scripts/words.json counts no more words than exist: `npm run words` lowers it', () => {
  expect(allowedCounts()).toEqual(countsOf(findWords()))
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
