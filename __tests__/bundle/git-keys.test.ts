import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkedOutCommit } from '../../src/git/commit.ts'
import { UnreadableRepository } from '../../src/git/repository-file.ts'
import { uncommittedFiles } from '../../src/publish/package/uncommitted-files.ts'
import { refuseUntrustedCheckout } from '../../src/publish/source/untrusted-checkout.ts'
import { Failure } from '../../src/shared/failure.ts'
import { git } from '../support/git.ts'
import { HOSTILE_KEYS } from '../support/hostile/configuration.ts'
import {
  HOSTILE_PLACES,
  type HostilePlace,
  MISSING_COMMIT,
  SetTrap,
  writeLivelyRepository
} from '../support/hostile/repository.ts'
import { useTemplate, useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
let trap: SetTrap
let root: string
let head: string

useTemplate(workspace, async (template) => {
  head = git(await writeLivelyRepository(template), ['rev-parse', 'main'])
})

beforeEach(async () => {
  trap = new SetTrap(workspace)
  await trap.set()
  root = workspace.path('repository')
})

afterEach(() => trap.remove())

const { signal } = new AbortController()

/** Everything that we ask of a repository. `commit` is put into HEAD. */
async function readAll(place: HostilePlace, commit: string): Promise<void> {
  await writeFile(join(place.gitFolder, 'HEAD'), `${commit}\n`)
  const found = await checkedOutCommit(place.chart).catch(expectError(UnreadableRepository))
  const paths = ['Chart.yaml', 'values.yaml', 'templates/configmap.yaml']
  if (found) await uncommittedFiles(place.chart, found, { paths, signal })
  const environment = {
    GITHUB_EVENT_NAME: 'pull_request_target',
    GITHUB_SHA: commit,
    GITHUB_WORKSPACE: place.folder
  }
  const check = refuseUntrustedCheckout([{ kind: 'directory', path: place.chart }], {
    environment,
    signal
  })
  await check.catch(expectError(Failure))
}

function expectError(type: typeof UnreadableRepository | typeof Failure) {
  return (error: unknown) => {
    expect(error).toBeInstanceOf(type)
    return undefined
  }
}

// That the trap would catch what runs is shown in git-trap.test.ts.
describe('no key of the configuration has anything run, or reached', () => {
  test.each(Object.entries(HOSTILE_PLACES))('%s', async (_, makePlace) => {
    const place = await makePlace(root)
    for (const { key, config, isMissing } of HOSTILE_KEYS) {
      await place.configure(config(trap))
      await readAll(place, isMissing ? MISSING_COMMIT : head)
      expect([key, await trap.caught()]).toEqual([key, []])
    }
  })
})
