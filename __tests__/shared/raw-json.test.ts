import { expect, test } from '@jest/globals'
import { rawItems } from '../../src/shared/raw-json.ts'

function itemsOf(json: string): readonly string[] {
  return rawItems(Buffer.from(json), 'list').map((item) => item.toString('utf8'))
}

test.each<[string, readonly string[]]>([
  [
    '{"list":[1,"two",{"3":[4,5],"2":{}},[],null]}',
    ['1', '"two"', '{"3":[4,5],"2":{}}', '[]', 'null']
  ],
  [
    '{"list":[{"size":12345678901234567890,"b":1.0, "a" : "\\u00e4"}]}',
    ['{"size":12345678901234567890,"b":1.0, "a" : "\\u00e4"}']
  ],
  ['{"list":["],[\\",\\\\",","]}', ['"],[\\",\\\\"', '","']],
  ['{"other":[1],"list":[2],"more":[3]}', ['2']],
  ['{"other":{"list":[1]},"list":[2]}', ['2']],
  ['{"value":"list","other":[1],"list":[2]}', ['2']],
  ['{"list":[1],"list":[2,3]}', ['2', '3']],
  ['{"list":[1],"list":null}', []],
  ['{"l\\u0069st":[1]}', ['1']],
  ['{"list":"[1]"}', []],
  ['{"list":{"a":[1]}}', []],
  ['{"list":[ ]}', []],
  ['{}', []],
  ['[1]', []],
  ['', []]
])('%s has the items %j', (json, items) => {
  expect(itemsOf(json)).toEqual(items)
})

test('an item keeps the blanks around it', () => {
  expect(itemsOf('{"list": [ 1 ,\n {"a": 2} ]}')).toEqual([' 1 ', '\n {"a": 2} '])
})
