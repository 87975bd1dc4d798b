import { expect, test } from '@jest/globals'
import { declarationOf } from '../../src/action/artifacts.ts'
import { DIGEST, manyPublications, publicationOf } from '../support/publications.ts'

const REF = 'registry.example.com/charts/demo:1.2.3'
const OTHER = `sha256:${'f'.repeat(64)}`
const NONE = new Map<string, string>()

function publications(count: number) {
  return manyPublications(count)
}

test.each(['published', 'unchanged'] as const)('what is %s is declared, with its tag', (status) => {
  const publication = publicationOf({ status })
  expect(declarationOf([publication], NONE, 0)).toEqual({
    lines: [`oci://${REF}@${DIGEST}\n`],
    omissions: []
  })
})

test.each(['skipped', 'planned', 'not-attempted', 'packaged', 'failed'] as const)(
  'what is %s is not',
  (status) => {
    const publication = publicationOf({ status })
    expect(declarationOf([publication], NONE, 0)).toEqual({ lines: [], omissions: [] })
  }
)

test('what an earlier step has declared with the same digest is not declared again', () => {
  const declared = new Map([[REF, DIGEST]])
  const publication = publicationOf()
  expect(declarationOf([publication], declared, 0)).toEqual({ lines: [], omissions: [] })
})

test('what an earlier step has declared with another digest is left out, and told', () => {
  const declared = new Map([[REF, OTHER]])
  const publication = publicationOf()
  expect(declarationOf([publication], declared, 0)).toEqual({
    lines: [],
    omissions: [
      `${REF} is not declared as an artifact of the job: an earlier step declared it with another digest.`
    ]
  })
})

test('a job declares 500 artifacts at most, those of earlier steps counted', () => {
  const { lines, omissions } = declarationOf(publications(502), new Map([['x', OTHER]]), 0)
  expect(lines).toHaveLength(499)
  expect(omissions).toHaveLength(3)
  expect(omissions[0]).toContain('a job may declare 500 at most')
})

test('the file of a step stays within 1 MiB', () => {
  const line = `oci://${REF}@${DIGEST}\n`
  const publication = publicationOf()
  expect(declarationOf([publication], NONE, 1024 * 1024 - line.length).lines).toHaveLength(1)
  expect(declarationOf([publication], NONE, 1024 * 1024 - line.length + 1).lines).toEqual([])
})

test('a line with "=", which the runner refuses, is left out', () => {
  const publication = publicationOf({ target: 'registry.example.com/a=b' })
  expect(declarationOf([publication], NONE, 0).lines).toEqual([])
})
