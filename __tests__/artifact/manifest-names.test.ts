import { expect, test } from '@jest/globals'
import { EMPTY_METADATA } from '../../src/chart/metadata/metadata.ts'
import { otherNames } from '../../src/publish/source/fixed-artifact.ts'

const METADATA = { ...EMPTY_METADATA, name: 'demo', version: '1.2.3' }
const TITLE = 'org.opencontainers.image.title'
const VERSION = 'org.opencontainers.image.version'

function names(annotations: unknown, config: unknown): readonly string[] {
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, annotations }))
  return otherNames({ manifest, config: Buffer.from(JSON.stringify(config)) }, METADATA)
}

test.each([
  [
    { [TITLE]: 'demo', [VERSION]: '1.2.3' },
    { name: 'demo', version: '1.2.3' }
  ],
  [undefined, {}],
  [{ [TITLE]: 5 }, []],
  ['text', 'text']
])('the annotations %j and the config %j name no other chart', (annotations, config) => {
  expect(names(annotations, config)).toEqual([])
})

test.each<[unknown, unknown, readonly string[]]>([
  [{ [TITLE]: 'other' }, {}, [`the annotation ${TITLE} is "other"`]],
  [{ [VERSION]: '1.2.4' }, {}, [`the annotation ${VERSION} is "1.2.4"`]],
  [{}, { name: 'other' }, ['`name` in the config is "other"']],
  [
    { [TITLE]: '' },
    { version: '9' },
    [`the annotation ${TITLE} is ""`, '`version` in the config is "9"']
  ]
])('the annotations %j and the config %j name another one', (annotations, config, expected) => {
  expect(names(annotations, config)).toEqual(expected)
})
