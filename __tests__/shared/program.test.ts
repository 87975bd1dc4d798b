import { chmod, mkdir, symlink } from 'node:fs/promises'
import { delimiter, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { commandFor, findProgram } from '../../src/shared/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

async function program(path: string, mode = 0o755): Promise<void> {
  await workspace.write('.', { [path]: '#!/bin/sh\n' })
  await chmod(workspace.path(path), mode)
}

/** What is found on a PATH of these folders of the workspace. */
function found(...folders: readonly string[]): Promise<string | undefined> {
  const PATH = folders.map((folder) => workspace.path(folder)).join(delimiter)
  return findProgram('helm', { PATH })
}

test('the first folder of PATH that has the program counts', async () => {
  await program('one/helm')
  await program('two/helm')
  expect(await found('missing', 'two', 'one')).toBe(workspace.path('two/helm'))
})

test('what cannot be run is passed over: directories, files without permission, links to nothing', async () => {
  await mkdir(workspace.path('directory/helm'), { recursive: true })
  await program('plain/helm', 0o644)
  await mkdir(workspace.path('dangling'))
  await symlink('nowhere', workspace.path('dangling/helm'))
  await mkdir(workspace.path('folder-link'))
  await symlink(workspace.path('directory'), workspace.path('folder-link/helm'))
  const broken = ['directory', 'plain', 'dangling', 'folder-link']
  expect(await found(...broken)).toBeUndefined()
  await program('last/helm')
  expect(await found(...broken, 'last')).toBe(workspace.path('last/helm'))
})

test('a link to a program is a program', async () => {
  await program('real/helm4')
  await mkdir(workspace.path('bin'))
  await symlink('../real/helm4', workspace.path('bin/helm'))
  expect(await found('bin')).toBe(workspace.path('bin/helm'))
})

test.each(['', '.', './bin', 'RELATIVE'])(
  'the relative folder %j is not searched',
  async (text) => {
    await program('bin/helm')
    const folder = text === 'RELATIVE' ? relative(process.cwd(), workspace.path('bin')) : text
    const before = process.cwd()
    process.chdir(workspace.path(text === 'RELATIVE' ? '..' : text === './bin' ? '.' : 'bin'))
    try {
      expect(await findProgram('helm', { PATH: folder })).toBeUndefined()
    } finally {
      process.chdir(before)
    }
  }
)

test('without PATH nothing is found', async () => {
  expect(await findProgram('sh', {})).toBeUndefined()
})

describe('on Windows', () => {
  const onWindows = (environment: Readonly<Record<string, string>>) => {
    return findProgram('docker-credential-gcloud', environment, 'win32')
  }

  /** A folder as Windows has it; here it is one file name with backslashes. */
  async function folderWith(...names: readonly string[]): Promise<string> {
    for (const name of names) await program(`C:\\tools\\${name}`)
    return 'C:\\tools'
  }

  async function inWorkspace<T>(work: () => Promise<T>): Promise<T> {
    const before = process.cwd()
    process.chdir(workspace.path())
    try {
      return await work()
    } finally {
      process.chdir(before)
    }
  }

  test('a batch file is found, after a program of the same name', async () => {
    const Path = await folderWith('docker-credential-gcloud.CMD')
    const batch = 'C:\\tools\\docker-credential-gcloud.CMD'
    expect(await inWorkspace(() => onWindows({ Path }))).toBe(batch)
    await folderWith('docker-credential-gcloud.EXE')
    const exe = 'C:\\tools\\docker-credential-gcloud.EXE'
    expect(await inWorkspace(() => onWindows({ Path }))).toBe(exe)
  })

  test('PATHEXT decides, as far as it names what can be started', async () => {
    const Path = await folderWith('docker-credential-gcloud.CMD', 'docker-credential-gcloud.JS')
    expect(await inWorkspace(() => onWindows({ Path, PATHEXT: '.JS;.EXE' }))).toBeUndefined()
    const batch = 'C:\\tools\\docker-credential-gcloud.CMD'
    expect(await inWorkspace(() => onWindows({ Path, PATHEXT: '.JS;.CMD' }))).toBe(batch)
  })

  test('a batch file is run by the cmd.exe of the system', () => {
    const file = 'C:\\Program Files (x86)\\tools\\docker-credential-gcloud.cmd'
    expect(commandFor(file, ['get'], { SystemRoot: 'D:\\Windows' }, 'win32')).toEqual({
      file: 'D:\\Windows\\System32\\cmd.exe',
      args: ['/d', '/s', '/c', `""${file}" "get""`],
      isVerbatim: true
    })
  })

  test.each(['a&b', 'a"b', '%PATH%', 'a|b', 'a>b', 'a^b', 'a!b', 'a\nb'])(
    'an argument that cmd.exe would take apart is refused: %j',
    (argument) => {
      expect(() => commandFor('C:\\x\\helm.bat', [argument], {}, 'win32')).toThrow('batch file')
      expect(() => commandFor(`C:\\${argument}\\helm.bat`, [], {}, 'win32')).toThrow('batch file')
    }
  )

  test('a program gets its arguments unchanged, and elsewhere a batch file is a file like any other', () => {
    const args = ['a&b', '%PATH%']
    const program = { args, isVerbatim: false }
    expect(commandFor('helm.exe', args, {}, 'win32')).toEqual({ file: 'helm.exe', ...program })
    expect(commandFor('/x/a.cmd', args, {}, 'linux')).toEqual({ file: '/x/a.cmd', ...program })
  })
})
