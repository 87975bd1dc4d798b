import { CM, type LintChart } from './lint-chart.ts'

const SCHEMA = JSON.stringify({
  type: 'object',
  required: ['b'],
  properties: { a: { type: 'string' }, b: { type: 'string' } }
})

export const VALUES_CHARTS: readonly LintChart[] = [
  {
    title: 'no values.yaml',
    expected: ['info'],
    files: { 'values.yaml': null, 'templates/cm.yaml': CM }
  },
  {
    title: 'a values.yaml that is not YAML',
    expected: ['error values.yaml | d: 3'],
    files: { 'values.yaml': 'a: 1\nb: 2\nc: [1,\nd: 3\n' }
  },
  {
    title: 'a values.yaml with a tab',
    expected: ['error values.yaml | c: 2'],
    files: { 'values.yaml': 'a: 1\nb:\n\tc: 2\n' }
  },
  {
    title: 'a values.yaml that is a list',
    expected: ['error values.yaml'],
    files: { 'values.yaml': '- a\n' }
  },
  { title: 'a key of values.yaml twice', files: { 'values.yaml': 'a: 1\na: 2\n' } },
  {
    title: 'values that the schema refuses',
    expected: ['error values.yaml'],
    files: { 'values.schema.json': SCHEMA }
  },
  {
    title: 'a schema that is no JSON',
    expected: ['error values.schema.json'],
    files: { 'values.schema.json': '{\n  "type": object\n}\n' }
  },
  {
    title: 'a schema elsewhere',
    expected: ['error values.schema.json'],
    files: { 'values.schema.json': '{"$ref": "http://127.0.0.1:1/schema.json"}' }
  },
  {
    title: 'a value that the schema refuses, with a finding in its name',
    expected: ['error values.yaml'],
    files: {
      'values.yaml':
        '"[ERROR] x: y": 1\n"a\\n[ERROR] templates/: chart/templates/cm.yaml:1:1": 1\n',
      'values.schema.json': '{"additionalProperties": false}'
    }
  },
  {
    title: 'values from a file that is missing',
    expected: ['error'],
    files: {},
    args: ['--values=%DIR%/none.yaml']
  },
  {
    title: 'values from a file that is not YAML',
    expected: ['error ci/bad-values.yaml | b: ['],
    files: { 'ci/bad-values.yaml': 'a: 1\nb: [\n' },
    args: ['--values=%DIR%/chart/ci/bad-values.yaml']
  },
  {
    title: 'values from a file that the schema refuses',
    expected: ['error'],
    files: { 'values.yaml': 'a: x\nb: y\n', 'values.schema.json': SCHEMA, 'ci/v.yaml': 'b: 2\n' },
    args: ['--values=%DIR%/chart/ci/v.yaml']
  }
]
