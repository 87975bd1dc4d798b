import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { dotenvText } from '../../src/cli/dotenv.ts'
import { writeDotenvFile } from '../../src/cli/dotenv-file.ts'
import { publicationJson } from '../../src/publish/model/publication-json.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { makeFifo } from '../support/charts/special-files.ts'
import { HOSTILE_TEXTS } from '../support/hostile/texts.ts'
import { manyPublications, publicationOf } from '../support/publications.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const ONE = publicationJson(publicationOf())

function written(
  publications: Parameters<typeof dotenvText>[0],
  secrets = new SecretRegistry(() => undefined)
) {
  return dotenvText(publications, secrets)
}

/** As GitLab reads it: Ci::ParseDotenvArtifactService. */
function readByGitLab(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').slice(0, -1)
  const pairs = lines.map((line) => {
    const [match, key = '', value = ''] = /^(.*?)=(.*)$/.exec(line) ?? []
    if (match === undefined) throw new Error(`Invalid Format: ${line}`)
    if (!/^[a-zA-Z0-9_]+$/.test(key)) throw new Error(`no name of a variable: ${key}`)
    return [key.trim(), value.trim()] as const
  })
  return Object.fromEntries(pairs)
}

describe('variables', () => {
  test('of one chart have the names of the outputs', () => {
    const { text, warnings } = written([ONE])
    const found = readByGitLab(text)
    expect(warnings).toEqual([])
    expect(found).toMatchObject({
      CHART_COUNT: '1',
      CHART_STATUS: ONE.status,
      CHART_NAME: ONE.name,
      CHART_VERSION: ONE.version,
      CHART_REF: ONE.ref,
      CHART_REF_DIGEST: ONE.refDigest,
      CHART_SUBJECT_NAME: ONE.subjectName,
      CHART_DIGEST: ONE.digest,
      CHART_SIZE: String(ONE.size)
    })
    expect(Object.keys(found)).not.toContain('CHART_ERROR')
  })

  test('of one chart, however much is known, are no more than GitLab takes', () => {
    const all = Object.fromEntries(
      Object.entries(ONE).map(([key, value]) => [key, value ?? `some-${key}`])
    )
    const { text, warnings } = written([{ ...ONE, ...all }])
    expect(Object.keys(readByGitLab(text))).toHaveLength(18)
    expect(warnings).toEqual([])
  })

  test('of several charts are numbered', () => {
    const { text } = written(manyPublications(2).map(publicationJson))
    const found = readByGitLab(text)
    expect(found['CHART_COUNT']).toBe('2')
    expect(Object.keys(found)).toEqual(
      expect.arrayContaining(['CHART_1_REF', 'CHART_1_DIGEST', 'CHART_2_REF', 'CHART_2_DIGEST'])
    )
    expect(found).not.toHaveProperty('CHART_DIGEST')
  })

  test('of more charts than GitLab accepts come with a warning', () => {
    const { text, warnings } = written(manyPublications(40).map(publicationJson))
    expect(readByGitLab(text)['CHART_COUNT']).toBe('40')
    expect(warnings).toEqual([expect.stringContaining('GitLab accepts 5120 bytes')])
  })

  test('of nothing are the count alone', () => {
    expect(written([])).toEqual({ text: 'CHART_COUNT=0\n', warnings: [] })
  })

  test('that are not known are not there', () => {
    const { text } = written([{ ...ONE, digest: null, archive: null }])
    expect(text).not.toMatch(/^CHART_(?:DIGEST|ARCHIVE)=/m)
  })
})

describe('a value that GitLab or a shell would change is left out, with a warning', () => {
  const odd = ['a b', '$HOME', '`id`', '"a"', "'a'", 'a\\b', '%PATH%', 'a;b', 'a#b', 'ä', '*']
  // Some act in a log alone: in a file they are letters and colons.
  const hostile = HOSTILE_TEXTS.map(({ text }) => text).filter((text) => /[^\w.:=-]/.test(text))
  test.each([...odd, ...hostile])('%j', (appVersion) => {
    const { text, warnings } = written([{ ...ONE, appVersion }])
    expect(readByGitLab(text)).not.toHaveProperty('CHART_APP_VERSION')
    expect(warnings).toEqual([expect.stringMatching(/^CHART_APP_VERSION: left out/)])
  })

  test('a secret of the run', () => {
    const secrets = new SecretRegistry(() => undefined)
    secrets.register('correct-horse-battery')
    const { text } = written([{ ...ONE, appVersion: 'x-correct-horse-battery' }], secrets)
    expect(text).not.toContain('correct-horse')
  })
})

describe('the file', () => {
  test('takes the place of another in one step, and nothing else is left', async () => {
    const path = workspace.path('chart.env')
    await writeFile(path, 'OLD=1\n')
    await writeDotenvFile(path, 'CHART_COUNT=0\n')
    expect(await readFile(path, 'utf8')).toBe('CHART_COUNT=0\n')
    expect((await readdir(workspace.path())).toSorted()).toEqual(['chart.env', 'home', 'tmp'])
  })

  test('that a link leads to is replaced, and not the link', async () => {
    await writeFile(workspace.path('real.env'), 'OLD=1\n')
    await symlink('real.env', workspace.path('link.env'))
    await writeDotenvFile(workspace.path('link.env'), 'NEW=1\n')
    expect(await readFile(workspace.path('real.env'), 'utf8')).toBe('NEW=1\n')
    expect(await readFile(workspace.path('link.env'), 'utf8')).toBe('NEW=1\n')
  })

  test.each([
    ['a folder', (path: string) => mkdir(path), 'not a regular file'],
    ['a pipe', async (path: string) => makeFifo(path), 'not a regular file']
  ])('is not written over %s', async (_, make, why) => {
    const path = workspace.path('chart.env')
    await make(path)
    await expect(writeDotenvFile(path, 'A=1\n')).rejects.toMatchObject({
      kind: 'usage',
      message: `--dotenv-file ${path} cannot be written: ${why}.`
    })
  })

  test('needs a folder that exists', async () => {
    const path = workspace.path('none/chart.env')
    await expect(writeDotenvFile(path, 'A=1\n')).rejects.toMatchObject({
      message: expect.stringContaining('ENOENT')
    })
  })
})
