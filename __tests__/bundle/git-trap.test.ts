import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { HOSTILE_KEYS, type HostileKey } from '../support/hostile/configuration.ts'
import {
  HOSTILE_PLACES,
  MISSING_COMMIT,
  SetTrap,
  writeLivelyRepository
} from '../support/hostile/repository.ts'
import { run } from '../support/program.ts'
import { useTemplate, useWorkspace } from '../support/workspace.ts'

// The tests of hostile repositories show that nothing is caught; these, that the trap could catch it.

const workspace = useWorkspace()
useTemplate(workspace, writeLivelyRepository)
let trap: SetTrap
let root = ''

beforeEach(async () => {
  trap = new SetTrap(workspace)
  await trap.set()
  root = workspace.path('repository')
})

afterEach(() => trap.remove())

/** What anybody might do: git, right where the chart is. */
async function runGit({ control = [], input = '' }: HostileKey, folder: string): Promise<void> {
  const environment = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: workspace.path('home'),
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a'
  }
  await run('git', ['-C', folder, ...control], { environment, stdin: input })
}

describe('git runs, or reaches, what is in .git/config', () => {
  const controlled = HOSTILE_KEYS.filter(({ control }) => control)

  test.each(controlled.map((key) => [key.key, key] as const))('by %s', async (_, key) => {
    await writeFile(join(root, '.git/config'), key.config(trap), { flag: 'a' })
    if (key.isMissing) await writeFile(join(root, '.git/HEAD'), `${MISSING_COMMIT}\n`)
    await runGit(key, root)
    expect(await trap.caught()).not.toEqual([])
  })
})

describe('git heeds a configuration', () => {
  const [lazyFetch] = HOSTILE_KEYS.filter(({ isMissing }) => isMissing)

  test.each(Object.entries(HOSTILE_PLACES))('%s', async (_, makePlace) => {
    const place = await makePlace(root)
    await place.configure(lazyFetch?.config(trap) ?? '')
    await writeFile(join(place.gitFolder, 'HEAD'), `${MISSING_COMMIT}\n`)
    if (lazyFetch) await runGit(lazyFetch, place.folder)
    expect(await trap.caught()).not.toEqual([])
  })
})
