import { expect, test } from '@jest/globals'
import { deferred } from '../../src/shared/deferred.ts'
import { Slots } from '../../src/shared/slots.ts'

test('so many things are done at a time, the others in the order in which they came', async () => {
  const slots = new Slots(2)
  const gates = [deferred<void>(), deferred<void>(), deferred<void>(), deferred<void>()]
  const begun: number[] = []
  const all = gates.map((gate, index) => {
    return slots.run(async () => {
      begun.push(index)
      await gate.promise
      return index
    })
  })
  expect(begun).toEqual([0, 1])
  gates[1]?.resolve()
  await all[1]
  expect(begun).toEqual([0, 1, 2])
  for (const gate of gates) gate.resolve()
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3])
  expect(begun).toEqual([0, 1, 2, 3])
})

test('what fails leaves its slot', async () => {
  const slots = new Slots(1)
  const failing = slots.run(async () => {
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await slots.run(async () => 'yes')).toBe('yes')
})
