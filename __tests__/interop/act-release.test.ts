import { chmod, cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { parse, stringify } from 'yaml'
import { makeRepository, runAct, succeed } from '../support/act/act.ts'
import { writeStandIns } from '../support/act/stand-ins.ts'
import { git } from '../support/git.ts'
import { useWorkspace } from '../support/workspace.ts'

const ROOT = join(import.meta.dirname, '../..')
const USED = ['.github', 'docs', 'examples', 'scripts', 'README.md', 'SECURITY.md']
const workspace = useWorkspace()

let repository: string

beforeEach(async () => {
  repository = await makeRepository(workspace, { 'notes.md': 'Notes' })
  for (const path of USED) await cp(join(ROOT, path), join(repository, path), { recursive: true })
  git(repository, ['add', '--all'])
  git(repository, ['commit', '--quiet', '--message=Sources'])
  await workspace.write('artifacts/release', {
    'notes.md': 'Notes of this release\n',
    'assets/publish-helm-chart.tar.gz': 'the program\n',
    'assets/SHA256SUMS': 'sums\n'
  })
  await writeOrigin()
  await writeGh()
})

/** Runs one job of release.yml as if those that it needs had succeeded. */
async function jobOf(name: string, tag: string) {
  const text = await readFile(join(ROOT, '.github/workflows/release.yml'), 'utf8')
  const { jobs, ...head } = parse(text)
  const { needs, ...job } = jobs[name]
  expect(needs).toBeDefined()
  const workflow = stringify({ ...head, jobs: { [name]: job } }, { lineWidth: 0 })
  return {
    // act fetches what it is told to check out, be it the branch that is there.
    workflow: workflow.replace(/^ +ref: main\n/m, ''),
    tag,
    secrets: { GITHUB_TOKEN: 'token-of-the-job' },
    standIns: await writeStandIns(workspace, ['actions/download-artifact', 'actions/setup-node']),
    environment: { FOLDER: workspace.path('artifacts'), STATE: workspace.path('gh-state') }
  }
}

const said = () => readFile(workspace.path('gh-state/log'), 'utf8')

describe('the release', () => {
  test('is a draft with all files first, and is published then', async () => {
    await succeed(workspace, await jobOf('release', 'v1.2.3'))
    const [, create, , upload, , patch] = (await said()).split('\n')
    expect(create).toMatch(
      /^release create v1\.2\.3 --draft --verify-tag .*--notes-file release\/notes\.md$/
    )
    expect(upload).toBe(
      'release upload v1.2.3 --clobber release/assets/SHA256SUMS release/assets/publish-helm-chart.tar.gz'
    )
    expect(patch).toMatch(
      /^api --method PATCH repos\/team\/shop\/releases\/7 -F draft=false -F prerelease=false/
    )
  })

  test('of a pre-release is marked as one', async () => {
    await succeed(workspace, await jobOf('release', 'v1.2.3-rc.1'))
    expect(await said()).toContain('-F prerelease=true')
  })

  test('that is published is left alone when the job runs again', async () => {
    const job = await jobOf('release', 'v1.2.3')
    await succeed(workspace, job)
    const before = await said()
    await succeed(workspace, job)
    expect((await said()).slice(before.length)).not.toMatch(/create|upload|PATCH/)
  })
})

describe('the moving tag', () => {
  const tagAtOrigin = (tag: string) => git(workspace.path('origin'), ['tag', '--list', tag])

  test('follows the highest release', async () => {
    await succeed(workspace, await jobOf('moving-tag', 'v1.2.3'))
    expect(tagAtOrigin('v1')).toBe('v1')
  })

  test('stays when an older version is corrected', async () => {
    git(repository, ['tag', 'v1.3.0'])
    await succeed(workspace, await jobOf('moving-tag', 'v1.2.4'))
    expect(tagAtOrigin('v1')).toBe('')
  })
})

describe('the pull request with the new pin', () => {
  test('has the commit and the checksum of the release in workflows, documents and examples', async () => {
    await succeed(workspace, await jobOf('pins', 'v1.2.3'))
    const commit = git(repository, ['rev-parse', 'HEAD'])
    const at = (path: string) => git(workspace.path('origin'), ['show', `pin-release:${path}`])
    expect(JSON.parse(at('scripts/pin.json'))).toEqual({
      commit,
      version: 'v1.2.3',
      // Of the file that stands in for the program.
      sha256: '221dd9a75970db077b86f8a4b7a3ea9645dad8c532e27f8cae0fbd940674fa0f'
    })
    const uses = `publish-helm-chart/publish-helm-chart@${commit} # v1.2.3`
    expect(at('.github/workflows/publish.yml')).toContain(uses)
    expect(at('examples/workflows/release.yml')).toContain(uses)
    expect(at('SECURITY.md')).toContain(uses)
    expect(await said()).toMatch(/^pr create --head pin-release /m)
  })

  test('is not made for a pre-release', async () => {
    const { code } = await runAct(workspace, await jobOf('pins', 'v1.2.3-rc.1'))
    expect(code).toBe(0)
    expect(git(workspace.path('origin'), ['branch', '--list'])).toBe('')
  })
})

/** What `origin` is on GitHub. */
async function writeOrigin(): Promise<void> {
  await mkdir(workspace.path('origin'))
  git(workspace.path('origin'), ['init', '--quiet', '--bare', '--template='])
  const url = `url.${workspace.path('origin')}.pushInsteadOf`
  git(repository, ['config', url, 'https://github.com/team/shop.git'])
}

/** A gh that keeps one release in a folder, and logs what it is asked for. */
async function writeGh(): Promise<void> {
  const script = `#!/bin/sh
echo "$*" >> "$STATE/log"
case "$1 $2 $*" in
  *isDraft*) cat "$STATE/draft" ;;
  *databaseId*) echo 7 ;;
  'release view '*) test -e "$STATE/draft" ;;
  'release create '*) echo true > "$STATE/draft" ;;
  'api '*) echo false > "$STATE/draft" ;;
esac
`
  await workspace.write('gh-state', { log: '' })
  const bin = await workspace.write('bin', { gh: script })
  await chmod(join(bin, 'gh'), 0o755)
}
