import { expect, test } from '@jest/globals'
import { contradictions, metadataFault } from '../../src/artifact/metadata-json.ts'
import { EMPTY_METADATA } from '../../src/chart/metadata/metadata.ts'

test.each([
  '{}',
  'null',
  '{"name":null,"keywords":[null],"maintainers":[null],"annotations":{"a":null}}',
  '{"unknown":{"a":1}}',
  '{"dependencies":[{"import-values":[1,{"child":"a"}],"enabled":true,"tags":["a"]}]}'
])('Helm decodes the config %s', (json) => {
  expect(metadataFault(JSON.parse(json))).toBeUndefined()
})

test.each([
  ['[]', 'it is not an object'],
  ['"text"', 'it is not an object'],
  ['{"name":1}', '`name` is not a text'],
  ['{"NAME":1}', '`NAME` is not a text'],
  ['{"deprecated":"true"}', '`deprecated` is not true or false'],
  ['{"keywords":"a"}', '`keywords` is not a list'],
  ['{"keywords":["a",1]}', '`keywords[1]` is not a text'],
  ['{"annotations":{"a":1}}', '`annotations.a` is not a text'],
  ['{"maintainers":[{"email":[]}]}', '`maintainers[0].email` is not a text'],
  ['{"dependencies":[{"import-values":{}}]}', '`dependencies[0].import-values` is not a list']
])('Helm fails on the config %s', (json, fault) => {
  expect(metadataFault(JSON.parse(json))).toBe(fault)
})

test('a config in another order, with what Go leaves out, contradicts nothing', () => {
  const metadata = { ...EMPTY_METADATA, name: 'a', version: '1.0.0' }
  const config = { version: '1.0.0', home: '', keywords: [], deprecated: false, name: 'a', x: 1 }
  expect(contradictions(config, metadata)).toEqual([])
  expect(contradictions({ name: 'a' }, metadata)).toEqual(['version'])
  expect(contradictions(null, metadata)).toEqual(['name', 'version'])
})
