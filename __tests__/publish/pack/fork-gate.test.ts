import { describe, expect, test } from '@jest/globals'
import { refuseForks } from '../../../src/publish/pack/fork-gate.ts'
import { chartFiles } from '../../helpers/charts.ts'
import { environmentIn, run } from '../../helpers/program.ts'
import { useWorkspace } from '../../helpers/workspace.ts'

const workspace = useWorkspace()

const OURS = 'team/charts'
const REFUSAL = 'whoever opened the pull request would publish'

/** A checkout with one commit. Returns its id. */
async function checkOut(): Promise<string> {
  await workspace.write('checkout/demo', chartFiles())
  const environment = environmentIn(workspace)
  const git = (...args: readonly string[]) =>
    run('git', ['-C', workspace.path('checkout'), ...args], { environment })
  await git('init', '--quiet')
  await git('add', '.')
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.com']
  await git(...author, 'commit', '--quiet', '--message=one')
  return (await git('rev-parse', 'HEAD')).stdout.trim()
}

interface Event {
  readonly name: string
  /** The repository of the head of the pull request; null when it was deleted. */
  readonly head: string | null
  readonly sha: string
}

async function judge({ name, head, sha }: Event): Promise<void> {
  const pullRequest = {
    head: { repo: head === null ? null : { full_name: head } },
    base: { repo: { full_name: OURS } }
  }
  const event = JSON.stringify({ pull_request: pullRequest })
  await workspace.write('event', { 'event.json': event })
  await refuseForks([workspace.path('checkout/demo')], {
    ...environmentIn(workspace),
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: workspace.path('event/event.json'),
    GITHUB_SHA: sha
  })
}

const ANOTHER = '0123456789012345678901234567890123456789'

describe('under pull_request_target', () => {
  test('the code of a fork is refused', async () => {
    await checkOut()
    const verdict = judge({ name: 'pull_request_target', head: 'stranger/charts', sha: ANOTHER })
    await expect(verdict).rejects.toMatchObject({ kind: 'usage' })
  })

  test('the base branch may be packaged, whoever opened the pull request', async () => {
    const sha = await checkOut()
    await judge({ name: 'pull_request_target', head: 'stranger/charts', sha })
  })

  test('a branch of the repository itself may be packaged', async () => {
    await checkOut()
    await judge({ name: 'pull_request_target', head: OURS, sha: ANOTHER })
  })

  test('what cannot be told to be ours counts as a fork: a deleted one, or no commit at all', async () => {
    await workspace.write('checkout/demo', chartFiles())
    const verdict = judge({ name: 'pull_request_target', head: null, sha: ANOTHER })
    await expect(verdict).rejects.toThrow(`no commit that git knows`)
    await expect(verdict).rejects.toThrow(REFUSAL)
  })
})

test('other events are not looked at, for they give a fork no secrets', async () => {
  await checkOut()
  await judge({ name: 'pull_request', head: 'stranger/charts', sha: ANOTHER })
})
