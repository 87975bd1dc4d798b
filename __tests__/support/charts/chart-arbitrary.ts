import * as fc from 'fast-check'

/** A chart directory: paths with what stands in the files. */
export interface GeneratedChart {
  readonly files: Readonly<Record<string, string>>
}

const WORD = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const LONG = fc.string({ unit: 'grapheme', minLength: 60, maxLength: 200 })
const ALPHANUMERIC = fc.string({
  unit: fc.constantFrom(...'abcxyz0189'),
  minLength: 1,
  maxLength: 6
})

/** Names that may stand in a reference (distribution-spec), and nearly all separators in them. */
const NAME = fc
  .tuple(ALPHANUMERIC, fc.constantFrom('', '-', '.', '_', '__', '--'), ALPHANUMERIC)
  .map((parts) => parts.join(''))

const PRERELEASE = fc.constantFrom('', '-rc.1', '-0a', '-alpha.10.x', '---')
const BUILD = fc.constantFrom('', '+build.5', '+001', '+a-b')
const NUMBER = fc.integer({ min: 0, max: 300 })
const VERSION = fc
  .tuple(
    fc.constantFrom('', 'v'),
    fc.array(NUMBER, { minLength: 1, maxLength: 3 }),
    PRERELEASE,
    BUILD
  )
  .map(([prefix, parts, prerelease, build]) => `${prefix}${parts.join('.')}${prerelease}${build}`)

/** Plain scalars that YAML 1.1 takes for something else than text. */
const ODD_SCALAR = fc.constantFrom(
  ...[
    '1.10',
    '1e3',
    '0x1F',
    '0777',
    '1_000',
    '.5',
    '1.23456789',
    '1e6',
    'yes',
    'Off',
    'y',
    '~',
    'null'
  ],
  ...[
    '2020-01-02',
    '190:20:30',
    '12:30:45',
    '!!str 1',
    '! x',
    '"1"',
    "'it''s'",
    '18446744073709551616'
  ]
)
const QUOTED = fc.oneof(WORD, LONG).map((text) => JSON.stringify(text))
const SINGLE_QUOTED = WORD.map(
  (text) => `'${text.replace(/[\r\n\u0085\u2028\u2029]/g, ' ').replaceAll("'", "''")}'`
)
const BLOCK = fc
  .tuple(
    fc.constantFrom('|', '|-', '|+', '>', '>-'),
    fc.array(fc.constantFrom('one line', 'two  <b> & c', '', '  deeper', 'ünï'), {
      minLength: 1,
      maxLength: 5
    })
  )
  .map(
    ([style, lines]) => `${style}\n${['first', ...lines].map((line) => `    ${line}`).join('\n')}`
  )
const TEXT = fc.oneof(ODD_SCALAR, QUOTED, SINGLE_QUOTED, BLOCK)
/** Texts that fit on one line of a list or a flow collection. */
const SHORT = fc.oneof(
  ODD_SCALAR,
  WORD.map((text) => JSON.stringify(text))
)

const LIST = fc.array(SHORT, { minLength: 1, maxLength: 4 }).map((items) => `[${items.join(', ')}]`)
const ANNOTATIONS = fc
  .uniqueArray(fc.tuple(WORD, SHORT), { maxLength: 4, selector: ([key]) => key })
  .map(
    (entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')}}`
  )
const MAINTAINERS = fc
  .array(fc.record({ name: SHORT, email: SHORT, url: SHORT }, { requiredKeys: [] }), {
    minLength: 1,
    maxLength: 3
  })
  .map((people) => {
    const maps = people.map((person) =>
      Object.entries(person).map(([key, value]) => `${key}: ${value}`)
    )
    return `[${maps.map((fields) => `{${fields.join(', ')}}`).join(', ')}]`
  })

const FIELDS = fc.record(
  {
    description: TEXT,
    appVersion: TEXT,
    home: TEXT,
    icon: TEXT,
    kubeVersion: TEXT,
    condition: SHORT,
    tags: SHORT,
    keywords: LIST,
    sources: LIST,
    maintainers: MAINTAINERS,
    annotations: ANNOTATIONS,
    deprecated: fc.constantFrom('true', 'yes', 'no', 'false', '~'),
    type: fc.constantFrom('application', 'library', '""'),
    unknown: fc.constantFrom('{a: [1, .5]}', 'x')
  },
  { requiredKeys: [] }
)

const FILE_NAME = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((name) => !/[\\/\0]|^\.|^[A-Za-z]:$/.test(name) && Buffer.byteLength(name) < 100)
const PATH = fc
  .tuple(
    fc.constantFrom(
      '',
      'templates/',
      'files/',
      'crds/',
      `templates/${'deep/'.repeat(30)}`,
      'größe/'
    ),
    FILE_NAME
  )
  .map((parts) => parts.join(''))
const CONTENT = fc.oneof(WORD, LONG, fc.constantFrom('', '\ufeffwith a mark', 'a\r\nb'))
const EXTRA_FILES = fc.dictionary(PATH, CONTENT, { maxKeys: 5 })
const VALUES = fc
  .json({ depthSize: 'small' })
  .map((text) => (text.startsWith('{') ? text : `a: ${text}\n`))

const SUBCHART = fc.tuple(NAME, VERSION, fc.dictionary(FILE_NAME, CONTENT, { maxKeys: 2 }))

/** Charts that `helm package` takes, nearly all of them: odd texts, odd names, odd files. */
export const CHART: fc.Arbitrary<GeneratedChart> = fc
  .record({
    name: NAME,
    version: VERSION,
    fields: FIELDS,
    lineEnd: fc.constantFrom('\n', '\n', '\r\n'),
    mark: fc.constantFrom('', '', '\ufeff', '# a comment\n'),
    files: EXTRA_FILES,
    values: fc.option(VALUES, { nil: undefined }),
    subchart: fc.option(SUBCHART, { nil: undefined })
  })
  .map(({ name, version, fields, lineEnd, mark, files, values, subchart }) => {
    const lines = [
      ...Object.entries(fields).map(([key, value]) => `${key}: ${value}`),
      'apiVersion: v2',
      `name: "${name}"`,
      `version: "${version}"`
    ]
    return {
      files: {
        ...files,
        'Chart.yaml': mark + `${lines.join('\n')}\n`.replaceAll('\n', lineEnd),
        ...(values === undefined ? {} : { 'values.yaml': values }),
        ...subchartFiles(subchart)
      }
    }
  })

function subchartFiles(
  subchart: readonly [string, string, Readonly<Record<string, string>>] | undefined
): Readonly<Record<string, string>> {
  if (!subchart) return {}
  const [name, version, files] = subchart
  const chartYaml = `apiVersion: v2\nname: "${name}"\nversion: "${version}"\n`
  const own = Object.entries({ ...files, 'Chart.yaml': chartYaml })
  return Object.fromEntries(own.map(([path, text]) => [`charts/sub/${path}`, text]))
}
