import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { checkedOutCommit } from '../../src/git/commit.ts'
import { UnreadableRepository } from '../../src/git/unreadable-repository.ts'
import { workTreeRoot } from '../../src/git/work-tree.ts'
import { uncommittedFiles } from '../../src/publish/pack/uncommitted-files.ts'
import { refuseUntrustedCheckout } from '../../src/publish/pack/untrusted-checkout.ts'
import { Failure } from '../../src/shared/failure.ts'
import { git } from '../helpers/git.ts'
import { HOSTILE_KEYS, type HostileKey } from '../helpers/hostile-configuration.ts'
import {
  HOSTILE_PLACES,
  type HostilePlace,
  MISSING_COMMIT,
  SetTrap,
  writeLivelyRepository
} from '../helpers/hostile-repository.ts'
import { run } from '../helpers/program.ts'
import { useWorkspace, Workspace } from '../helpers/workspace.ts'

const workspace = useWorkspace()
const template = new Workspace()
let trap: SetTrap
let root: string
let head: string

beforeAll(async () => {
  await template.open()
  head = git(await writeLivelyRepository(template), ['rev-parse', 'main'])
})

beforeEach(async () => {
  trap = new SetTrap(workspace)
  await trap.set()
  root = workspace.path('repository')
  await cp(template.path('repository'), root, { recursive: true })
})

afterEach(() => trap.remove())
afterAll(() => template.close())

const { signal } = new AbortController()

/** Everything that we ask of a repository. `commit` is put into HEAD. */
async function readAll(place: HostilePlace, commit: string): Promise<void> {
  await writeFile(join(place.gitFolder, 'HEAD'), `${commit}\n`)
  await workTreeRoot(place.chart)
  const found = await checkedOutCommit(place.chart).catch(expectError(UnreadableRepository))
  const paths = ['Chart.yaml', 'values.yaml', 'templates/configmap.yaml']
  if (found) await uncommittedFiles(place.chart, found, { paths, signal })
  const environment = {
    GITHUB_EVENT_NAME: 'pull_request_target',
    GITHUB_SHA: commit,
    GITHUB_WORKSPACE: place.folder
  }
  const check = refuseUntrustedCheckout([place.chart], { environment, signal })
  await check.catch(expectError(Failure))
}

function expectError(type: typeof UnreadableRepository | typeof Failure) {
  return (error: unknown) => {
    expect(error).toBeInstanceOf(type)
    return undefined
  }
}

/** What anybody might do: git, right where the chart is. */
async function runGit({ control = [], input = '' }: HostileKey, folder: string): Promise<void> {
  const names = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a', GIT_COMMITTER_NAME: 'a' }
  const environment = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: workspace.path('home'),
    GIT_COMMITTER_EMAIL: 'a',
    ...names
  }
  await run('git', ['-C', folder, ...control], { environment, stdin: input })
}

describe('the trap works: git runs, or reaches, what is in .git/config', () => {
  const controlled = HOSTILE_KEYS.filter(({ control }) => control)

  test.each(controlled.map((key) => [key.key, key] as const))('by %s', async (_, key) => {
    await writeFile(join(root, '.git/config'), key.config(trap), { flag: 'a' })
    if (key.isMissing) await writeFile(join(root, '.git/HEAD'), `${MISSING_COMMIT}\n`)
    await runGit(key, root)
    expect(await trap.caught()).not.toEqual([])
  })
})

describe.each(Object.entries(HOSTILE_PLACES))('%s', (_, makePlace) => {
  const [lazyFetch] = HOSTILE_KEYS

  test('a configuration is heeded by git', async () => {
    const place = await makePlace(root)
    await place.configure(lazyFetch?.config(trap) ?? '')
    await writeFile(join(place.gitFolder, 'HEAD'), `${MISSING_COMMIT}\n`)
    if (lazyFetch) await runGit(lazyFetch, place.folder)
    expect(await trap.caught()).not.toEqual([])
  })

  test('no key has anything run, or reached, by us', async () => {
    const place = await makePlace(root)
    for (const { key, config, isMissing } of HOSTILE_KEYS) {
      await place.configure(config(trap))
      await readAll(place, isMissing ? MISSING_COMMIT : head)
      expect([key, await trap.caught()]).toEqual([key, []])
    }
  })
})
