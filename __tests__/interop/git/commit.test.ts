import { execFileSync } from 'node:child_process'
import { chown, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { checkedOutCommit } from '../../../src/git/commit.ts'
import { COMMIT_SECONDS, commitAll, git, initialize } from '../../support/git.ts'
import { useTemplate, useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
let root = ''
let head = ''

useTemplate(workspace, async (template) => {
  const files = { a: 'a', 'charts/demo/Chart.yaml': 'name: demo\n' }
  const made = await template.write('repository', files)
  initialize(made)
  head = commitAll(made)
})

beforeEach(() => {
  root = workspace.path('repository')
})

async function expectHead(path = root): Promise<void> {
  const id = git(path, ['rev-parse', 'HEAD'])
  expect(await checkedOutCommit(path)).toMatchObject({ id, seconds: COMMIT_SECONDS })
}

/** Replaces a file of the repository. */
async function put(path: string, content: string | Buffer): Promise<void> {
  await rm(join(root, '.git', path), { force: true, recursive: true })
  await workspace.write('repository/.git', { [path]: content })
}

describe('the checked-out commit is the one that git names', () => {
  test('on a branch', () => expectHead())

  test('from a folder, and from a file', async () => {
    for (const path of ['charts/demo', 'charts/demo/Chart.yaml']) {
      expect(await checkedOutCommit(join(root, path))).toMatchObject({ id: head })
    }
  })

  test('on a branch with slashes in its name', async () => {
    git(root, ['checkout', '--quiet', '-b', 'release/1.x/ä'])
    await expectHead()
  })

  test('with a detached HEAD', async () => {
    git(root, ['checkout', '--quiet', '--detach'])
    commitAll(root)
    await expectHead()
  })

  test('with packed refs, and with one that has changed since', async () => {
    git(root, ['pack-refs', '--all'])
    await expectHead()
    commitAll(root)
    await expectHead()
  })

  test('with annotated tags among the packed refs', async () => {
    git(root, ['tag', '--annotate', '--message=x', 'v1'])
    git(root, ['branch', 'main-2'])
    git(root, ['branch', 'x/refs/heads/main'])
    git(root, ['pack-refs', '--all'])
    await expectHead()
  })

  test('when HEAD leads through other refs', async () => {
    git(root, ['symbolic-ref', 'refs/heads/one', 'refs/heads/two'])
    git(root, ['symbolic-ref', 'refs/heads/two', 'refs/heads/main'])
    git(root, ['symbolic-ref', 'HEAD', 'refs/heads/one'])
    await expectHead()
  })

  test('when HEAD is a link to the ref, as git once wrote it', async () => {
    await rm(join(root, '.git/HEAD'))
    await symlink('refs/heads/main', join(root, '.git/HEAD'))
    await expectHead()
  })

  test('with all objects in packs', async () => {
    commitAll(root)
    git(root, ['gc', '--quiet'])
    await expectHead()
  })

  test('in a linked work tree, whose HEAD is its own', async () => {
    git(root, ['worktree', 'add', '--quiet', '-b', 'linked', '../linked'])
    const linked = workspace.path('linked')
    commitAll(linked)
    await expectHead(linked)
    expect(git(linked, ['rev-parse', 'HEAD'])).not.toBe(head)
  })

  test('in a submodule', async () => {
    const allowed = { environment: { GIT_ALLOW_PROTOCOL: 'file' } }
    const library = await workspace.write('library', { 'charts/lib/a': 'a' })
    initialize(library)
    commitAll(library)
    git(root, ['submodule', '--quiet', 'add', '../library', 'sub'], allowed)
    commitAll(root)
    await expectHead(join(root, 'sub'))
    await expectHead(join(root, 'sub/charts/lib'))
  })

  test('with a repository that lies elsewhere', async () => {
    git(root, ['init', '--quiet', '--separate-git-dir=../elsewhere.git'])
    await expectHead()
  })

  test('in a shallow clone', async () => {
    commitAll(root)
    git(root, ['clone', '--quiet', '--depth=1', `file://${root}`, '../shallow'])
    await expectHead(workspace.path('shallow'))
  })

  test('in a clone that borrows its objects', async () => {
    git(root, ['clone', '--quiet', '--shared', '.', '../shared'])
    git(root, ['clone', '--quiet', '--shared', '../shared', '../twice'])
    await expectHead(workspace.path('twice'))
  })

  test('in a partial clone', async () => {
    git(root, ['config', 'uploadpack.allowFilter', 'true'])
    git(root, ['clone', '--quiet', '--filter=tree:0', '--no-checkout', `file://${root}`, '../part'])
    await expectHead(workspace.path('part'))
  })

  test('in a SHA-256 repository, with loose objects and in packs', async () => {
    const sha256 = await workspace.write('sha256', { a: 'a' })
    initialize(sha256, '--object-format=sha256')
    commitAll(sha256)
    await expectHead(sha256)
    git(sha256, ['gc', '--quiet'])
    await expectHead(sha256)
  })

  test('when the work tree belongs to another user, which git calls dubious', async () => {
    if (process.getuid?.() !== 0) return
    for (const path of [root, join(root, '.git')]) await chown(path, 12345, 12345)
    expect(() => git(root, ['rev-parse', 'HEAD'])).toThrow('dubious ownership')
    expect(await checkedOutCommit(root)).toMatchObject({ id: head, seconds: COMMIT_SECONDS })
  })
})

describe('the date is the one of the committer, in whole seconds', () => {
  test.each(['0', '-1', '253402300800', '99999999999999999999999999'])('%s', async (seconds) => {
    const commit = git(root, ['cat-file', 'commit', 'HEAD'])
    const changed = commit.replace(/^(committer .*>) .*$/m, `$1 ${seconds} +0200`)
    await checkOut(Buffer.from(`${changed}\n`))
    expect(await checkedOutCommit(root)).toMatchObject({ seconds: Number(seconds) })
  })

  test('whatever the message and the names say', async () => {
    const environment = {
      GIT_COMMITTER_NAME: 'a\ncommitter b> 7 +0000',
      GIT_COMMITTER_EMAIL: 'x y'
    }
    const args = ['commit', '--quiet', '--allow-empty', '--message=x\n\ncommitter a <b> 5 +0000\n']
    git(root, args, { environment })
    await expectHead()
  })
})

/** Writes a commit, whatever is in it, and checks it out. */
async function checkOut(commit: Buffer): Promise<void> {
  const args = ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally']
  await put('HEAD', `${git(root, args, { input: commit })}\n`)
}

test('there is no commit outside of a work tree, and before the first one', async () => {
  expect(await checkedOutCommit(workspace.path('home'))).toBeUndefined()
  const empty = await workspace.write('empty', { a: 'a' })
  initialize(empty)
  expect(await checkedOutCommit(empty)).toBeUndefined()
  git(root, ['checkout', '--quiet', '--orphan', 'new'])
  expect(await checkedOutCommit(root)).toBeUndefined()
})

describe('a repository that cannot be read says why', () => {
  const refused = (reason: string) => expect(checkedOutCommit(root)).rejects.toThrow(reason)

  test('HEAD is empty, or a text', async () => {
    for (const text of ['', '\n', 'a text', head.slice(1), `${head}0`]) {
      await put('HEAD', text)
      await refused('HEAD contains neither a commit id nor the name of a ref')
    }
  })

  test('HEAD is a folder, or a reftable that has none', async () => {
    await rm(join(root, '.git/HEAD'))
    await mkdir(join(root, '.git/HEAD'))
    await refused('HEAD is missing')
    await put('HEAD', 'ref: refs/heads/.invalid\n')
    await refused('HEAD is missing')
  })

  test('commondir leads to where no objects are', async () => {
    await put('commondir', '/\n')
    await refused('"/" contains no objects of git')
  })

  test('HEAD names something outside of refs/', async () => {
    const names = [
      '../../secret',
      'refs/../../secret',
      '/etc/passwd',
      'HEAD',
      'refs//heads',
      'refs/'
    ]
    for (const name of names) {
      await put('HEAD', `ref: ${name}\n`)
      await refused('which is not a valid ref')
    }
  })

  test('refs go in a circle', async () => {
    await put('refs/heads/main', 'ref: refs/heads/main\n')
    await refused('HEAD names a chain of more than 5 refs')
  })

  test.each(['HEAD', 'refs/heads/main'])('%s is large', async (path) => {
    await put(path, Buffer.alloc(5000, 'a'))
    await refused('is larger than 4096 bytes')
  })

  test.each(['HEAD', 'commondir', 'refs/heads/main', 'objects/info/alternates'])(
    '%s is a pipe, which is not waited for',
    async (path) => {
      await rm(join(root, '.git', path), { force: true })
      execFileSync('mkfifo', [join(root, '.git', path)])
      await refused('is not a regular file')
    }
  )

  test('a device stands in the place of an object', async () => {
    const object = join(root, '.git/objects', head.slice(0, 2), head.slice(2))
    await rm(object)
    await symlink('/dev/zero', object)
    await refused('is not a regular file')
  })

  test('packed-refs is a pipe', async () => {
    await rm(join(root, '.git/refs/heads/main'))
    execFileSync('mkfifo', [join(root, '.git/packed-refs')])
    await refused('is not a regular file')
  })

  test('the object is missing, also when another place could have it', async () => {
    await rm(join(root, '.git/objects', head.slice(0, 2)), { recursive: true })
    await put('config', '[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\turl = ../x\n')
    await refused(`object ${head} is missing`)
  })

  test('a .git file leads nowhere', async () => {
    await rm(join(root, '.git'), { recursive: true })
    await writeFile(join(root, '.git'), 'gitdir: ../nowhere\n')
    await refused('which is not a repository')
  })

  test('HEAD is a tree, a tag of a commit, or a commit without a date', async () => {
    await put('HEAD', `${git(root, ['rev-parse', 'main^{tree}'])}\n`)
    await refused('is damaged')
    git(root, ['tag', '--annotate', '--message=x', 'v1', 'main'])
    await put('HEAD', `${git(root, ['rev-parse', 'v1'])}\n`)
    await refused('is damaged')
    await checkOut(Buffer.from('tree 0123\n\ncommitter a <b> 1 +0000\n'))
    await refused('has no tree or no date')
  })

  test('alternates go on and on', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => `../../${index}\n`)
    await put('objects/info/alternates', lines.join(''))
    await refused('too many alternates')
  })

  test('alternates that lead in a circle end nothing', async () => {
    await put('objects/info/alternates', '.\n../objects\n# comment\n\n')
    await expectHead()
  })
})

describe('an object has to be what its id says', () => {
  const other = Buffer.from('tree 0\nauthor a <b> 1 +0000\ncommitter a <b> 1 +0000\n\nx\n')

  test('a loose one', async () => {
    const stored = deflateSync(Buffer.concat([Buffer.from(`commit ${other.length}\0`), other]))
    await put(`objects/${head.slice(0, 2)}/${head.slice(2)}`, stored)
    await expect(checkedOutCommit(root)).rejects.toThrow(`object ${head} is damaged`)
  })

  test('one in a pack, whose index calls it by another id', async () => {
    const id = git(root, ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], {
      input: other
    })
    const pack = git(root, ['pack-objects', '.git/objects/pack/pack'], { input: `${id}\n` })
    const index = join(root, `.git/objects/pack/pack-${pack}.idx`)
    const bytes = await readFile(index)
    bytes.fill(0, 8, 8 + 1024)
    for (let byte = Number.parseInt(head.slice(0, 2), 16); byte < 256; byte++) {
      bytes.writeUInt32BE(1, 8 + byte * 4)
    }
    Buffer.from(head, 'hex').copy(bytes, 8 + 1024)
    await rm(index)
    await writeFile(index, bytes)
    await rm(join(root, '.git/objects', head.slice(0, 2)), { recursive: true })
    expect(git(root, ['cat-file', 'commit', head])).toContain('a <b> 1 +0000')
    await expect(checkedOutCommit(root)).rejects.toThrow(`object ${head} is damaged`)
  })

  test.each([
    ['of nothing', Buffer.alloc(0)],
    ['that is cut short', deflateSync(Buffer.from('commit 5\0abcde')).subarray(0, 12)],
    ['that says another size', deflateSync(Buffer.from('commit 6\0abcde'))],
    ['of an unknown type', deflateSync(Buffer.from('thing 5\0abcde'))],
    ['without a header', deflateSync(Buffer.from('abcde'))],
    ['that is not compressed', Buffer.from('commit 5\0abcde')],
    ['that inflates to gigabytes', deflateSync(Buffer.alloc(64 * 1024 * 1024))]
  ])('a loose one %s', async (_, bytes) => {
    await put(`objects/${head.slice(0, 2)}/${head.slice(2)}`, bytes)
    await expect(checkedOutCommit(root)).rejects.toThrow(/damaged|inflated/)
  })
})

describe('a pack that is damaged is refused, or does not matter', () => {
  test.each(['.idx', '.pack'])('at whichever byte of %s', async (extension) => {
    for (let count = 0; count < 3; count++) commitAll(root)
    git(root, ['gc', '--quiet'])
    const folder = join(root, '.git/objects/pack')
    const name = (await readdir(folder)).find((each) => each.endsWith(extension)) ?? ''
    const bytes = await readFile(join(folder, name))
    await rm(join(folder, name))
    for (const spoiled of spoil(bytes)) {
      await writeFile(join(folder, name), spoiled)
      const answer = await checkedOutCommit(root).catch((error: Error) => error.name)
      if (answer !== 'UnreadableRepository') {
        expect(answer).toMatchObject({ seconds: COMMIT_SECONDS })
      }
    }
    await writeFile(join(folder, name), bytes)
    await expectHead()
  })

  test('a pack without an index, and an index without a pack', async () => {
    git(root, ['gc', '--quiet'])
    const folder = join(root, '.git/objects/pack')
    await mkdir(join(folder, 'a.idx'))
    await writeFile(join(folder, 'b.pack'), 'PACK')
    await expectHead()
    for (const name of await readdir(folder)) {
      if (name.endsWith('.pack')) await rename(join(folder, name), join(folder, 'x'))
    }
    await expect(checkedOutCommit(root)).rejects.toThrow('is missing')
  })
})

/** With another byte here and there, and cut short. */
function* spoil(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 23) {
    const spoiled = Buffer.from(bytes)
    spoiled.writeUInt8((bytes[at] ?? 0) ^ 0x41, at)
    yield spoiled
    if (at % 10 === 0) yield bytes.subarray(0, at)
  }
}
