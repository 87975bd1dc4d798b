import { describe, expect, test } from '@jest/globals'
import { commaEntries } from '../../src/inputs/list-entries.ts'
import { parseSelection } from '../../src/inputs/selection.ts'
import { parseValues } from '../../src/inputs/values.ts'
import type { Selection } from '../../src/publish/model/request.ts'
import type { Problem } from '../../src/shared/failure.ts'

/** As the face hands it on: read by its kind first. */
function selectionOf(text: string | undefined, problems: Problem[]): Selection {
  return parseSelection(parseValues(text === undefined ? {} : { chart: text }, problems).chart)
}

function parsed(text: string | undefined): Selection {
  const problems: Problem[] = []
  const selection = selectionOf(text, problems)
  expect(problems).toEqual([])
  return selection
}

function problemIn(text: string): string {
  const problems: Problem[] = []
  selectionOf(text, problems)
  return problems.map(({ message, fix }) => `${message} ${fix}`).join(' ')
}

test('without anything given, the chart is the working directory', () => {
  expect(parsed(undefined)).toEqual({ included: ['.'], excluded: [] })
})

test.each(['', ' ', '\r\n\t\n', '# none today', '[]', ' [ ] ', '[""]', '["", " "]'])(
  'the text %j names no chart, not the working directory',
  (text) => expect(parsed(text)).toEqual({ included: [], excluded: [] })
)

test('each line is a path or a pattern, or excludes; comments and empty lines count for nothing', () => {
  expect(parsed(' charts/a \n\n# b\n!charts/b\r\n\tout/*.tgz')).toEqual({
    included: ['charts/a', 'out/*.tgz'],
    excluded: ['charts/b']
  })
})

test('lines that exclude nothing name no chart', () => {
  expect(parsed('!charts/b')).toEqual({ included: [], excluded: ['charts/b'] })
  expect(parsed('!')).toEqual({ included: [], excluded: [] })
})

describe('a JSON array', () => {
  test.each([
    ['as a whole', '["charts/a", "!charts/b"]'],
    ['over several lines', '[\n  "charts/a",\r\n  "!charts/b"\n]\n'],
    ['on a line among others', '!charts/b\n["charts/a"]']
  ])('%s has one entry for each text', (_, text) => {
    expect(parsed(text)).toEqual({ included: ['charts/a'], excluded: ['charts/b'] })
  })

  test('has its texts taken whole: no comments, no lines, no lists in them', () => {
    expect(parsed('["#a", "b\\nc", "d, e", "[x]", "--flag", "\\u0000"]')).toEqual({
      included: ['#a', 'b\nc', 'd, e', '[x]', '--flag', '\0'],
      excluded: []
    })
  })

  test.each([
    ['["charts/a",]', 'begins like a JSON array'],
    ['[\n"charts/a"', 'begins like a JSON array'],
    ['["charts/a" "charts/b"]', 'begins like a JSON array'],
    ['[{"name": "charts/a"}', 'begins like a JSON array'],
    ['[1]', 'an entry that is not a text'],
    ['[null, "a"]', 'an entry that is not a text'],
    ['[["charts/a"]]', 'an entry that is not a text'],
    ['[{"__proto__": "charts/a"}]', 'an entry that is not a text']
  ])('that is none is refused: %j', (text, why) => {
    expect(problemIn(text)).toContain(why)
    expect(problemIn(text)).toContain('such as ["a", "b"]')
  })

  test('is not seen in patterns that begin with a bracket', () => {
    expect(parsed('[ab]*\n[!c]/x').included).toEqual(['[ab]*', '[!c]/x'])
  })
})

test('entries without commas of their own may be separated by commas, but not where there may be a password', () => {
  const problems: Problem[] = []
  expect(commaEntries('registry', 'a/x, b/y,\n["c/z"]\nu:p,w@d/x', problems)).toEqual([
    'a/x',
    'b/y',
    'c/z',
    'u:p,w@d/x'
  ])
  expect(problems).toEqual([])
})
