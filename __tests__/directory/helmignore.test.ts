import { expect, test } from '@jest/globals'
import { toByteString } from '../../src/chart/model/chart-file.ts'
import { parseHelmIgnore } from '../../src/directory/helmignore.ts'

function ruleFor(file: string, path: string): string | undefined {
  const parsed = parseHelmIgnore(Buffer.from(file))
  if (!('ignore' in parsed)) throw new Error(parsed.fault)
  const isFolder = path.endsWith('/')
  const bare = toByteString(isFolder ? path.slice(0, -1) : path)
  const rule = parsed.ignore.ruleFor(bare, isFolder)
  return rule && `${rule.line}: ${rule.text}`
}

// What Helm 4.3 does with them (pkg/ignore, run over 1.4 million random cases, of which these are the kinds).
test.each<[string, string, string | undefined]>([
  ['a.md', 'a.md', '1: a.md'],
  ['a.md', 'x/y/a.md', '1: a.md'],
  ['/a.md', 'x/a.md', undefined],
  ['/a.md', 'a.md', '1: /a.md'],
  ['x/a.md', 'y/x/a.md', undefined],
  ['*.md', 'x/a.md', '1: *.md'],
  ['x/*.md', 'x/y/a.md', undefined],
  ['a?', 'aé', '1: a?'],
  ['[a-c]x', 'bx', '1: [a-c]x'],
  ['[^a-c]x', 'bx', undefined],
  ['\\*', '*', '1: \\*'],
  ['\\*', 'a', undefined],
  ['a/', 'a/', '1: a/'],
  ['a/', 'a', undefined],
  ['.git', '.git/', '1: .git'],
  ['.git', 'charts/lib/.git', '1: .git'],
  ['.git', '.gitignore', undefined],
  ['\n  # a\n\ta \r\n', 'a', '3: a'],
  ['\ufeffa', 'a', '1: a'],
  ['', 'templates/.x', '0: templates/.?*'],
  ['', 'templates/a/.x', undefined],
  ['', 'charts/y/templates/.x', undefined],
  // Unlike git: a rule with "!" leaves out all that it does not match, and the first rule that decides counts.
  ['!keep', 'Chart.yaml', '1: !keep'],
  ['!keep', 'keep', undefined],
  ['!keep\nkeep', 'keep', '2: keep'],
  ['keep\n!keep', 'keep', '1: keep'],
  ['!a/', 'a', '1: !a/']
])('with %j, the rule for %s is %j', (file, path, rule) => {
  expect(ruleFor(file, path)).toBe(rule)
})

test.each([
  ['a\n**/b', 'line 2 has "**"'],
  ['[', 'line 1 is not a pattern'],
  ['[]a]', 'line 1 is not a pattern'],
  ['abc\\', 'line 1 is not a pattern'],
  // Helm tries each pattern on "abc", and sees only what comes before a part that does not match.
  ['x*a\\', undefined],
  ['x'.repeat(65_536), 'line 1 is too long'],
  ['x'.repeat(65_535), undefined]
])('a file is refused where Helm refuses it: %j', (file, fault) => {
  const parsed = parseHelmIgnore(Buffer.from(file))
  expect('fault' in parsed ? `line ${parsed.line} ${parsed.fault}` : undefined).toEqual(
    fault === undefined ? undefined : expect.stringContaining(fault)
  )
})

test('a match ends with a pattern that is made to hold it up', () => {
  expect(ruleFor(`${'*a'.repeat(2000)}b`, 'a'.repeat(2000))).toBeUndefined()
})
