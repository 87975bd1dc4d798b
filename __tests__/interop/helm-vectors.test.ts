import { describe, expect, test } from '@jest/globals'
import { buildArtifact } from '../../src/artifact/artifact.ts'
import { validateArchive } from '../../src/artifact/validate-archive.ts'
import { tagOf } from '../../src/chart/metadata/chart-version.ts'
import { type HelmVector, helmVectors } from '../support/charts/helm-vectors.ts'

const CREATED = '2024-01-02T03:04:05Z'

/** Where we refuse what Helm takes, with the problem that says why. */
const STRICTER: Readonly<Record<string, string>> = {
  // A backslash separates folders for Helm, so that the chart means something else once loaded.
  f_backslash: 'entry-backslash',
  f_backslash_chart: 'entry-backslash',
  backslash_mixed: 'entry-backslash',
  // Helm does not read to the end of the gzip file, nor beyond the end of the tar file.
  gz_trailing_garbage: 'data-after-end',
  gz_trailing_zeros: 'data-after-end',
  gz_multimember_after: 'data-after-end',
  gz_split_members: 'data-after-end',
  tar_garbage_after_eof: 'data-after-end',
  tar_second_archive: 'data-after-end',
  gz_badisize: 'gzip-length',
  gz_truncated8: 'archive-cut',
  gz_flip: 'gzip-checksum',
  // Helm loads links and devices as empty files.
  symlink_after_chartyaml: 'entry-link',
  chardev: 'entry-device',
  blkdev: 'entry-device',
  // Of two files with one path, readers differ in which they take.
  dup_chartyaml_same: 'entry-twice',
  dup_chartyaml_merge: 'entry-twice',
  dup_file: 'entry-twice'
}

/** Where the vectors, made by Helm 4.2.4, refuse what Helm 4.3 takes: files over 5 MiB. */
const TAKEN_SINCE_4_3 = ['file_5MiB1']

/** Hand-made archives whose Chart.yaml is read differently by Helm, see "YAML that Helm reads differently" in docs/problems.md. */
const DIFFERENT: Readonly<Record<string, 'taken' | 'refused' | 'otherwise'>> = {
  // Half a character, escaped.
  desc_surr: 'taken',
  // A quoted text whose lines are not indented more than its key.
  ann2_dq_multi: 'refused',
  // A key with its `:` close to a bracket.
  ann_nullval: 'otherwise'
}

const PACKAGED = helmVectors('package-push')
const RAW = helmVectors('raw-archives').filter(({ name }) => !(name in DIFFERENT))
const ODD = helmVectors('archives')
const ALL = [...PACKAGED, ...RAW, ...ODD]
const refused = (vector: HelmVector) =>
  vector.refusal !== undefined && !TAKEN_SINCE_4_3.includes(vector.name)
const taken = (vector: HelmVector) => !refused(vector) && !(vector.name in STRICTER)

describe('what helm package wrote and helm push takes is genuine', () => {
  test.each(PACKAGED.filter(taken))('$name', async ({ tgz }) => {
    const { verdict, problems } = await judge(tgz)
    expect([verdict, problems.filter(({ allows }) => allows !== 'genuine')]).toEqual([
      'genuine',
      []
    ])
  })
})

describe('what Helm loads and pushes can be published', () => {
  test.each([...RAW, ...ODD].filter(taken))('$name', async ({ tgz }) => {
    expect((await judge(tgz)).verdict).not.toBe('refused')
  })
})

describe('what Helm refuses is refused', () => {
  test.each(ALL.filter(refused))('$name: $refusal', async ({ tgz }) => {
    const { verdict, archive } = await judge(tgz)
    expect([verdict, archive?.metadata]).toEqual(['refused', undefined])
  })
})

describe('what Helm takes for less than it is, is refused as well', () => {
  test.each(ALL.filter(({ name }) => name in STRICTER))('$name', async ({ name, tgz, refusal }) => {
    expect(refusal).toBeUndefined()
    const { verdict, problems } = await judge(tgz)
    expect(verdict).toBe('refused')
    expect(problems.map(({ code }) => code)).toContain(STRICTER[name])
  })
})

describe('what YAML of archives that helm did not write is read otherwise is known:', () => {
  const vectors = helmVectors('raw-archives').filter(({ name }) => name in DIFFERENT)
  test.each(vectors)('$name', async ({ name, tgz, refusal, config }) => {
    const { archive } = await judge(tgz)
    const ours = archive && buildArtifact(archive, { created: CREATED }).config.bytes.toString()
    const kind = ours === undefined ? 'refused' : refusal === undefined ? 'otherwise' : 'taken'
    expect(ours).not.toBe(config)
    expect(kind).toBe(DIFFERENT[name])
  })

  test('3 of 309', () => {
    expect([vectors.length, helmVectors('raw-archives').length]).toEqual([3, 309])
  })
})

describe('the artifact is the one that helm push makes', () => {
  test.each([...PACKAGED, ...RAW].filter(taken))('$name', async ({ tgz, tag, config, digest }) => {
    const { archive } = await judge(tgz)
    if (!archive) throw new Error('it is refused')
    const artifact = buildArtifact(archive, { created: CREATED })
    expect(artifact.config.bytes.toString('utf8')).toBe(config)
    expect(artifact.manifest.digest).toBe(digest)
    expect(tagOf(archive.metadata.version)).toBe(tag)
  })
})

async function judge(tgz: string) {
  return validateArchive(Buffer.from(tgz, 'base64'))
}
