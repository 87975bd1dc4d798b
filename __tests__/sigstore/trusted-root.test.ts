import { describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/shared/failure.ts'
import publicGood from '../../src/sigstore/public-good-root.json' with { type: 'json' }
import { builtInRoots, readTrustedRoots, trustedRootsIn } from '../../src/sigstore/trusted-root.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const { signal } = new AbortController()

test("the built-in roots are those of Sigstore's public instance and of GitHub's", async () => {
  const { roots, name, isStrict } = await builtInRoots()
  const authorities = roots.map(({ certificateAuthorities }) => certificateAuthorities.at(-1)?.uri)
  expect(authorities).toEqual(['https://fulcio.sigstore.dev', 'fulcio.githubapp.com'])
  expect(roots.map(({ tlogs }) => tlogs.length > 0)).toEqual([true, false])
  expect(roots.every(({ timestampAuthorities }) => timestampAuthorities.length > 0)).toBe(true)
  expect(name).toMatch(/^the built-in trusted root of \d{4}-\d\d-\d\d$/)
  expect(isStrict).toBe(false)
})

describe('a file', () => {
  test('has one root, or several in lines', async () => {
    const one = JSON.stringify(publicGood)
    const folder = await workspace.write('', { 'one.json': one, 'two.jsonl': `${one}\n${one}\n` })
    const read = (file: string) => readTrustedRoots(`${folder}/${file}`, signal)
    expect(await read('one.json')).toMatchObject({ roots: [{}], isStrict: true })
    expect((await read('two.jsonl')).roots).toHaveLength(2)
  })

  test.each([
    ['nothing', ''],
    ['no JSON', 'root'],
    ['another document', '{}'],
    ['an empty list', '[]'],
    ['null', 'null'],
    ['another type', JSON.stringify({ ...publicGood, mediaType: 'application/json' })],
    [
      'a key that is none',
      JSON.stringify({
        ...publicGood,
        tlogs: [{ ...publicGood.tlogs[0], publicKey: { rawBytes: 'AAAA' } }]
      })
    ],
    ['an entry without a key', JSON.stringify({ ...publicGood, tlogs: [{}] })]
  ])('with %s is a usage error', async (_, text) => {
    const work = trustedRootsIn(Buffer.from(text), 'root.json')
    await expect(work).rejects.toBeInstanceOf(Failure)
    await expect(work).rejects.toMatchObject({ kind: 'usage' })
  })

  test('that is missing is a usage error', async () => {
    const work = readTrustedRoots(workspace.path('none.json'), signal)
    await expect(work).rejects.toMatchObject({ kind: 'usage' })
  })
})
