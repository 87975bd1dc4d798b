import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { type ChartSource, layoutEntry } from '../../../src/publish/model/chart-source.ts'
import { refuseUntrustedCheckout } from '../../../src/publish/source/untrusted-checkout.ts'
import { chartFiles } from '../../support/charts/charts.ts'
import { commitAll, git, initialize } from '../../support/git.ts'
import { useTemplate, useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
const { signal } = new AbortController()
const PULL_REQUEST = {
  pull_request: {
    head: { repo: { full_name: 'stranger/charts' } },
    base: { repo: { full_name: 'team/charts' } }
  }
}
/** The workspace of the run, with the base branch checked out. */
let root = ''
let base = ''

useTemplate(workspace, async (template) => {
  const made = await template.write('checkout', { 'README.md': 'ours\n' })
  await template.write('checkout/charts/demo', chartFiles())
  await template.write('checkout/charts/other', chartFiles({ name: 'other' }))
  initialize(made)
  base = commitAll(made)
  await template.write('event', { 'event.json': JSON.stringify(PULL_REQUEST) })
})

beforeEach(() => {
  root = workspace.path('checkout')
})

interface Run {
  readonly event?: string
  readonly sha?: string
  readonly folder?: string
}

function check(chart = 'checkout/charts/demo', run: Run = {}): Promise<void> {
  const environment = {
    GITHUB_EVENT_NAME: run.event ?? 'pull_request_target',
    GITHUB_EVENT_PATH: workspace.path('event/event.json'),
    GITHUB_SHA: run.sha ?? base,
    GITHUB_WORKSPACE: run.folder ?? root
  }
  return refuseUntrustedCheckout([sourceOf(chart)], { environment, signal })
}

/** A layout, an archive or a directory, by its path in the workspace. */
function sourceOf(chart: string): ChartSource {
  const layout = layoutEntry(chart)
  if (layout) {
    const { path, isTar, digest = 'sha256:' } = layout
    return { kind: 'layout', folder: path, tar: isTar ? path : undefined, digest }
  }
  return { kind: chart.endsWith('.tgz') ? 'archive' : 'directory', path: workspace.path(chart) }
}

async function expectRefusal(reason: string, ...args: Parameters<typeof check>): Promise<void> {
  const refused = check(...args)
  await expect(refused).rejects.toMatchObject({ kind: 'usage' })
  await expect(refused).rejects.toThrow(reason)
}

/** A commit of a fork, whose chart is another one. Returns its id. */
async function commitOfFork(): Promise<string> {
  await workspace.write('checkout/charts/demo', { 'values.yaml': 'evil: true\n' })
  return commitAll(root)
}

describe('a chart may be published', () => {
  test('from the commit of the repository itself', () => check())

  test('whatever else is in the workspace', async () => {
    await workspace.write('checkout', { 'node_modules/x': 'x', 'README.md': 'changed\n' })
    await check()
  })

  test('from another commit that has the same chart', async () => {
    await workspace.write('checkout', { 'README.md': 'changed\n' })
    commitAll(root)
    await check()
  })

  test('from a checkout in a folder of the workspace', async () => {
    await mkdir(workspace.path('space'))
    await rename(root, workspace.path('space/ours'))
    await check('space/ours/charts/demo', { folder: workspace.path('space') })
  })

  test('from a checkout in a workspace that is itself within another repository', async () => {
    await mkdir(workspace.path('outer/space'), { recursive: true })
    initialize(workspace.path('outer'))
    await rename(root, workspace.path('outer/space/ours'))
    await check('outer/space/ours/charts/demo', { folder: workspace.path('outer/space') })
  })

  test('in a workspace that is reached by a link', async () => {
    await symlink('checkout', workspace.path('link'))
    await check('link/charts/demo', { folder: workspace.path('link') })
    await check('checkout/charts/demo', { folder: `${workspace.path('link')}/` })
  })

  test('of a branch of the repository itself', async () => {
    await commitOfFork()
    const event = { pull_request: { ...PULL_REQUEST.pull_request } }
    event.pull_request.head = event.pull_request.base
    await workspace.write('event', { 'event.json': JSON.stringify(event) })
    await check()
  })

  test('under an event that gives nobody else the secrets', async () => {
    await commitOfFork()
    for (const event of ['push', 'pull_request', 'workflow_dispatch']) {
      await check('checkout/charts/demo', { event })
    }
  })

  test('as an archive that is in the commit, with its provenance', async () => {
    await workspace.write('checkout', { 'demo.tgz': 'archive', 'demo.tgz.prov': 'signed' })
    await check('checkout/demo.tgz', { sha: commitAll(root) })
  })

  test('as a layout that is in the commit', async () => {
    await workspace.write('checkout/layout', { 'index.json': '{}', 'blobs/sha256/x': 'x' })
    const sha = commitAll(root)
    await check(`oci-layout:${join(root, 'layout')}@sha256:${'0'.repeat(64)}`, { sha })
  })

  test('as a layout in a tar file that is in the commit', async () => {
    await workspace.write('checkout', { 'charts.tar': 'x' })
    const sha = commitAll(root)
    await check(`oci-archive:${join(root, 'charts.tar')}@sha256:${'0'.repeat(64)}`, { sha })
  })
})

describe('a chart is refused', () => {
  test('from the commit of a fork, with all that a user needs to know', async () => {
    await commitOfFork()
    const refused = check()
    await expect(refused).rejects.toThrow(
      `The chart "${workspace.path('checkout/charts/demo')}" is refused: this run has the secrets of the repository and was started by \`pull_request_target\` for a pull request from "stranger/charts", but "charts/demo/values.yaml" differs from commit ${base.slice(0, 12)}. The author of that code would control what is published.`
    )
    await expect(refused).rejects.toMatchObject({
      fix: 'Publish on `push` or `release`, or check out the commit of the repository itself and add no files. If the code was reviewed, set `allow-untrusted-checkout: true`.'
    })
  })

  test.each([
    'pull_request_target',
    'workflow_run',
    'issue_comment',
    'check_run',
    'check_suite',
    'status'
  ])('under %s, whose payload does not show the code to be ours', async (event) => {
    await commitOfFork()
    await workspace.write('event', { 'event.json': '{}' })
    await expectRefusal('differs from commit', 'checkout/charts/demo', { event })
  })

  test.each(['pull_request_review', 'pull_request_review_comment'])(
    'under %s from the merge that GITHUB_SHA names: the base counts',
    async (event) => {
      const sha = await commitOfFork()
      const { head, base: ours } = PULL_REQUEST.pull_request
      const text = JSON.stringify({ pull_request: { head, base: { ...ours, sha: base } } })
      await workspace.write('event', { 'event.json': text })
      await expectRefusal('differs from commit', 'checkout/charts/demo', { event, sha })
      git(root, ['checkout', '--quiet', base])
      await check('checkout/charts/demo', { event, sha })
    }
  )

  test('when the payload of the event is absent, or is not JSON', async () => {
    await commitOfFork()
    await workspace.write('event', { 'event.json': '{' })
    await expectRefusal('a pull request from an unknown repository')
    await rm(workspace.path('event'), { recursive: true })
    await expectRefusal('a pull request from an unknown repository')
  })

  test('when GITHUB_SHA is absent, or names no commit that is here', async () => {
    await expectRefusal('the event names no commit', undefined, { sha: '' })
    for (const sha of [
      'main',
      '0'.repeat(40),
      '../../x',
      git(root, ['rev-parse', `${base}^{tree}`])
    ]) {
      await expectRefusal(`commit ${sha} cannot be read`, undefined, { sha })
    }
  })

  test('when files of a fork were laid over the checkout', async () => {
    await workspace.write('checkout/charts/demo', { 'templates/new.yaml': 'evil\n' })
    await expectRefusal('"charts/demo/templates/new.yaml" is not in commit')
  })

  test('when git ignores what was added', async () => {
    await workspace.write('checkout', { '.git/info/exclude': '*\n' })
    await workspace.write('checkout/charts/demo', { 'charts/evil-1.0.0.tgz': 'evil' })
    await expectRefusal('"charts/demo/charts/evil-1.0.0.tgz" is not in commit')
  })

  test('when a file of the commit was removed', async () => {
    await rm(join(root, 'charts/demo/templates/configmap.yaml'))
    await expectRefusal('"charts/demo/templates/configmap.yaml" of commit')
  })

  test('when only line endings differ, with a fix', async () => {
    const path = join(root, 'charts/demo/values.yaml')
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('\n', '\r\n'))
    await expectRefusal('in its line endings')
    await expect(check()).rejects.toMatchObject({ fix: expect.stringContaining('core.autocrlf') })
  })

  test('as an archive or a layout that was fetched into the workspace', async () => {
    const files = { 'demo-1.2.3.tgz': 'x', 'layout/index.json': '{}', 'charts.tar': 'x' }
    await workspace.write('checkout', files)
    await expectRefusal('"demo-1.2.3.tgz" is not in commit', 'checkout/demo-1.2.3.tgz')
    const layout = `oci-layout:${join(root, 'layout')}@sha256:${'0'.repeat(64)}`
    await expectRefusal('"layout/index.json" is not in commit', layout)
    const tar = `oci-archive:${join(root, 'charts.tar')}@sha256:${'0'.repeat(64)}`
    await expectRefusal('"charts.tar" is not in commit', tar)
  })

  test('as an archive of the commit to which a provenance was added', async () => {
    await workspace.write('checkout', { 'demo.tgz': 'archive' })
    const sha = commitAll(root)
    await workspace.write('checkout', { 'demo.tgz.prov': 'signed by a stranger' })
    await expectRefusal('"demo.tgz.prov" is not in commit', 'checkout/demo.tgz', { sha })
  })

  test('outside of the work tree, and without one', async () => {
    await workspace.write('elsewhere', chartFiles())
    await expectRefusal('it is outside of the work tree', 'elsewhere')
    await expectRefusal('it is not in a git work tree', 'elsewhere', { folder: workspace.path() })
  })

  test('in a checkout of a fork within the one of the repository', async () => {
    git(root, ['clone', '--quiet', '.', 'fork'])
    await expectRefusal('is not in commit', 'checkout/fork/charts/demo')
  })

  test('with a link that a fork has laid to another chart of ours', async () => {
    await rm(join(root, 'charts/demo'), { recursive: true })
    await symlink('other', join(root, 'charts/demo'))
    await expectRefusal('"charts/demo" differs from commit')
  })
})

describe('a repository that the fork wrote cannot help it', () => {
  test('a bare one in the chart, at the commit of the base', async () => {
    await commitOfFork()
    for (const name of ['HEAD', 'objects', 'refs', 'config']) {
      await cp(join(root, '.git', name), join(root, 'charts/demo', name), { recursive: true })
    }
    await writeFile(join(root, 'charts/demo/HEAD'), `${base}\n`)
    await expectRefusal('is not in commit')
  })

  test('a .git folder or file in the chart, at the commit of the base', async () => {
    await commitOfFork()
    await cp(join(root, '.git'), join(root, 'charts/demo/.git'), { recursive: true })
    await writeFile(join(root, 'charts/demo/.git/HEAD'), `${base}\n`)
    await expectRefusal('is not in commit')
    await rm(join(root, 'charts/demo/.git'), { recursive: true })
    await writeFile(join(root, 'charts/demo/.git'), 'gitdir: ../../.git\n')
    await expectRefusal('is not in commit')
  })

  test('one around a folder of the workspace, where the workspace has none', async () => {
    await commitOfFork()
    await mkdir(workspace.path('space'))
    await rename(root, workspace.path('space/fork'))
    await cp(workspace.path('space/fork/.git'), workspace.path('space/fork/charts/.git'), {
      recursive: true
    })
    const space = { folder: workspace.path('space') }
    await expectRefusal('is not in commit', 'space/fork/charts/demo', space)
  })

  test('HEAD, index and refs of the base, with other files in the work tree', async () => {
    await commitOfFork()
    git(root, ['reset', '--quiet', '--soft', base])
    await expectRefusal('"charts/demo/values.yaml" differs')
  })

  test('a replacement of the commit', async () => {
    const fork = await commitOfFork()
    git(root, ['replace', base, fork])
    expect(git(root, ['diff', '--name-only', base])).toBe('')
    await expectRefusal('"charts/demo/values.yaml" differs')
  })

  test('objects whose content is not the one that their ids stand for', async () => {
    const fork = await commitOfFork()
    const trees = [base, fork].map((commit) => git(root, ['rev-parse', `${commit}^{tree}`]))
    const [ours = '', theirs = ''] = trees
    await forge(ours, theirs)
    expect(git(root, ['cat-file', 'tree', ours])).toBe(git(root, ['cat-file', 'tree', theirs]))
    await expectRefusal(`object ${ours} is damaged`)
  })

  test('attributes and configuration by which git sees no difference', async () => {
    await workspace.write('checkout', {
      '.git/info/attributes': 'charts/demo/values.yaml filter=x\n'
    })
    git(root, ['config', 'filter.x.clean', `git -C ${root} show HEAD:charts/demo/values.yaml`])
    await workspace.write('checkout/charts/demo', { 'values.yaml': 'replicas: 6\n' })
    expect(git(root, ['status', '--porcelain'])).toBe('')
    await expectRefusal('"charts/demo/values.yaml" differs')
  })
})

/** Puts a pack into the repository by which `id` has the content of `other`; not every command of git notices. */
async function forge(id: string, other: string): Promise<void> {
  const folder = join(root, '.git/objects')
  const pack = git(root, ['pack-objects', '.git/objects/pack/pack'], { input: `${other}\n` })
  const path = join(folder, `pack/pack-${pack}.idx`)
  const index = await readFile(path)
  for (let byte = 0; byte < 256; byte++) {
    index.writeUInt32BE(byte < Number.parseInt(id.slice(0, 2), 16) ? 0 : 1, 8 + byte * 4)
  }
  Buffer.from(id, 'hex').copy(index, 8 + 1024)
  await rm(path)
  await writeFile(path, index)
  await rm(join(folder, id.slice(0, 2), id.slice(2)))
}
