import { expect, test } from '@jest/globals'
import {
  CertificateHolder,
  type IdentifiedCertificate
} from '../../src/sigstore/certificate-holder.ts'

/** Certificates that are numbered, and grow old when the test says so. */
function certificates() {
  const old = new Set<unknown>()
  let count = 0
  const holder = new CertificateHolder(async () => {
    const number = ++count
    await Promise.resolve()
    const certificate = { number, isFresh: () => !old.has(number) }
    return certificate as unknown as IdentifiedCertificate
  })
  const get = async () => Reflect.get(await holder.get(), 'number')
  return { get, grow: (number: number) => old.add(number) }
}

test('all who ask get one certificate, and another one when it is old', async () => {
  const { get, grow } = certificates()
  expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1])
  grow(1)
  expect(await Promise.all([get(), get(), get()])).toEqual([2, 2, 2])
  expect(await get()).toBe(2)
})

test('a failure is that of all who wait', async () => {
  const holder = new CertificateHolder(() => Promise.reject(new Error('refused')))
  const all = await Promise.allSettled([holder.get(), holder.get()])
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
