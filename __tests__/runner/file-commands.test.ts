import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { declareSubjects, MOST_SUBJECTS, type Subject } from '../support/runner/artifacts.ts'
import { pairsIn, SUMMARY_LIMIT_BYTES, uploadedSummary } from '../support/runner/file-commands.ts'
import { Job } from '../support/runner/job.ts'
import { Masks } from '../support/runner/masks.ts'
import { Workspace } from '../support/workspace.ts'

describe('FileCommandManager, EnvFileKeyValuePairs', () => {
  test.each([
    ['a=b\n', [['a', 'b']]],
    [
      'a=\n\n=b\n',
      [
        ['a', ''],
        ['', 'b']
      ]
    ],
    ['a=b<<c\n', [['a', 'b<<c']]],
    [
      'a<<E\nb=c\nd\nE\nf=g',
      [
        ['a', 'b=c\nd'],
        ['f', 'g']
      ]
    ],
    ['a<<E\nE\n', [['a', '']]],
    ['a<<E\n E\nE \nE', [['a', ' E\nE ']]],
    ['a<<E=F\nb\nE=F\n', [['a', 'b']]],
    ['a<<E\r\nb\r\nE\r\n', [['a', 'b\r']]]
  ])('%j is read', (text, pairs) => {
    expect([...pairsIn(text)]).toEqual(pairs)
  })

  test('a line feed in the short form is another output', () => {
    expect([...pairsIn('a=x\ndigest=evil')]).toEqual([
      ['a', 'x'],
      ['digest', 'evil']
    ])
  })

  test.each(['nonsense\n', '<<E\nb\nE\n', 'a<<\nb\n', 'a<<E\nb\n', 'a<<E\nb', 'a<<E'])(
    '%j fails the step',
    (text) => {
      expect(() => [...pairsIn(text)]).toThrow(/^Invalid/)
    }
  )

  test('what stands before a bad line counts', () => {
    const taken: unknown[] = []
    expect(() => {
      for (const pair of pairsIn('a=b\nnonsense\nc=d\n')) taken.push(pair)
    }).toThrow()
    expect(taken).toEqual([['a', 'b']])
  })
})

describe('CreateStepSummaryCommand', () => {
  test('a summary is masked line by line, with LF behind each', () => {
    expect(uploadedSummary('a secret\r\nsec\rret', new Masks(['secret']))).toBe('a ***\nsec\nret\n')
  })

  test('one of 1 MiB is taken, a longer one is not', () => {
    const text = 'é'.repeat(SUMMARY_LIMIT_BYTES / 2)
    expect(uploadedSummary(text, new Masks())).toBe(`${text}\n`)
    expect(() => uploadedSummary(`${text}x`, new Masks())).toThrow('1024k, got 1024k')
  })
})

describe('JobExtension: outputs of jobs', () => {
  test('one that contains a mask is dropped with a warning, an empty one without', () => {
    const outputs = { digest: 'sha256:abc', ref: 'host/acme/web', name: '' }
    expect(new Job(['acme']).outputsOf(outputs)).toEqual({
      outputs: { digest: 'sha256:abc' },
      warnings: ["Skip output 'ref' since it may contain secret."]
    })
  })
})

describe('CreateArtifactsFileCommand', () => {
  const HEX = 'ab'.repeat(32)
  const workspace = new Workspace()
  beforeEach(() => workspace.open())
  afterEach(() => workspace.close())

  function declare(text: string, subjects = new Map<string, Subject>()): readonly Subject[] {
    declareSubjects(text, subjects, workspace.path())
    return [...subjects.values()]
  }

  test('images with their digests, files, comments and blank lines', async () => {
    await workspace.write('.', { 'a.tgz': 'x' })
    const file = expect.objectContaining({ name: 'a.tgz', kind: 'file' })
    expect(
      declare(`# c\n\n  OCI://host/a:1@SHA256:${HEX.toUpperCase()}  \r\nhost/b@sha256:${HEX}`)
    ).toEqual([
      { name: 'host/a:1', digest: `sha256:${HEX}`, kind: 'oci' },
      { name: 'host/b', digest: `sha256:${HEX}`, kind: 'oci' }
    ])
    expect(declare('a.tgz')).toEqual([file])
    expect(declare(`file://${workspace.path('a.tgz')}`)).toEqual([file])
  })

  test.each([
    `host/a=b@sha256:${HEX}`,
    'https://host/a',
    'oci://host/a:1',
    'oci://host/a@sha256:abc',
    `oci://host/a@sha512:${HEX}`,
    `oci://@sha256:${HEX}`,
    'file://',
    'missing.tgz',
    'home'
  ])('%s fails the step, and nothing is declared', (line) => {
    const subjects = new Map<string, Subject>()
    expect(() => declare(`host/a@sha256:${HEX}\n${line}`, subjects)).toThrow('entry on line 2')
    expect(subjects.size).toBe(0)
  })

  test('a name again is one subject, with another digest it fails the step', () => {
    const line = `oci://host/a:1@sha256:${HEX}`
    expect(declare(`${line}\n${line}`)).toHaveLength(1)
    expect(() => declare(`${line}\n${line.replace('ab', 'cd')}`)).toThrow('Conflicting digest')
  })

  test('a job has 500 subjects, a file 1 MiB', () => {
    const lines = Array.from(
      { length: MOST_SUBJECTS },
      (_, index) => `host/a${index}@sha256:${HEX}`
    )
    const text = lines.join('\n')
    expect(declare(`${text}\n${text}`)).toHaveLength(MOST_SUBJECTS)
    expect(() => declare(`${text}\nhost/b@sha256:${HEX}`)).toThrow('maximum of 500')
    expect(() => declare(`#${'x'.repeat(1024 * 1024)}`)).toThrow('1024 KiB')
  })
})
