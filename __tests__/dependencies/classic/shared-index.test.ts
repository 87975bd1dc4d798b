import { expect, test } from '@jest/globals'
import { SharedIndex } from '../../../src/dependencies/classic/shared-index.ts'

const BYTES = Buffer.from('index')
const entriesOf = (name: string) => ({
  usable: [{ version: name, urls: [], digest: '' }],
  passedOver: 0
})

/** An index without `absent`, and with a broken list of `broken`, that notes what is read together. */
function make(bytes: () => Promise<Buffer> = async () => BYTES) {
  const passes: string[] = []
  const index = new SharedIndex({
    bytes,
    read: (_, names) => {
      passes.push(names.join('+'))
      if (names.includes('broken')) throw new Error('broken')
      return new Map(
        names.filter((name) => name !== 'absent').map((name) => [name, entriesOf(name)])
      )
    }
  })
  return { index, passes }
}

test('what is asked for before the index has arrived is read in one pass, and once', async () => {
  const { index, passes } = make()
  const found = await Promise.all(['a', 'b', 'a', 'absent'].map((name) => index.entries(name)))
  expect(found).toEqual([entriesOf('a'), entriesOf('b'), entriesOf('a'), undefined])
  expect(await index.entries('b')).toEqual(entriesOf('b'))
  expect(await index.entries('c')).toEqual(entriesOf('c'))
  expect(passes).toEqual(['a+b+absent', 'c'])
})

test('a broken list fails for those who want it only', async () => {
  const { index } = make()
  const broken = index.entries('broken')
  const sound = index.entries('a')
  await expect(broken).rejects.toThrow('broken')
  expect(await sound).toEqual(entriesOf('a'))
})

test('an index that cannot be fetched is not tried again', async () => {
  let count = 0
  const { index, passes } = make(async () => {
    count++
    throw new Error('no answer')
  })
  await expect(index.entries('a')).rejects.toThrow('no answer')
  await expect(index.entries('b')).rejects.toThrow('no answer')
  expect([count, passes]).toEqual([1, []])
})
