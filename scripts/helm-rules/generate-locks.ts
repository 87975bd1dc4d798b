import type { Random } from '../../__tests__/support/charts/random.ts'

const TEXTS = [
  ...['alpha', 'a-b', '1.2.3', '1.0', '1', '0x1f', '1e3', '.5', '1_000', '07', '1:20', '-1:20.5'],
  ...[
    'true',
    'yes',
    'No',
    'null',
    '~',
    '',
    ' ',
    'y',
    'on',
    '.inf',
    '.nan',
    '<<',
    '=',
    '2024-01-02'
  ],
  ...[
    '2024-01-02 03:04:05',
    '^1.2',
    '~1.2',
    '>=1.0.0 <2',
    '>1 || <=3',
    '*',
    '1.x',
    '!=1',
    '- a',
    '-a'
  ],
  ...[
    'https://x.example/charts/',
    'file://../lib',
    'oci://x.example',
    '@name',
    'alias:name',
    'a: b'
  ],
  ...[
    'a #b',
    'a#b',
    '#a',
    '"a"',
    "it's",
    "'a'",
    'a\\b',
    '[a]',
    '{a}',
    '&a',
    '|',
    '%a',
    '`a',
    '? a',
    '?a'
  ],
  ...[
    ': a',
    ':a',
    'a:',
    '---',
    '--- a',
    '...',
    'ä',
    '\u20ac',
    '\u{1f600}',
    '<a&b>',
    'a  b',
    '0b1',
    '+1',
    '0o7'
  ]
] as const

/** A text for a lock, some as long as constraints can be. */
export function randomLockText(random: Random): string {
  if (random.below(6) > 0) return random.pick(TEXTS)
  const words = Array.from({ length: 2 + random.below(50) }, () => random.pick(TEXTS))
  return words.join(random.pick([' ', ' ', '  ', ' || ', ', ']))
}
