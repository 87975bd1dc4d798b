import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals'

/** A folder for one test, removed after it. */
export class Workspace {
  #folder = ''

  async open(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'phc-test-'))
    await mkdir(this.path('home'))
    await mkdir(this.path('tmp'))
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  path(...parts: readonly string[]): string {
    return join(this.#folder, ...parts)
  }

  /** Writes files by their relative paths. Returns the path of `folder`. */
  async write(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
    for (const [name, content] of Object.entries(files)) {
      const path = this.path(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content)
    }
    return this.path(folder)
  }

  /** What a run left in the folder for temporary files. */
  async leftovers(): Promise<readonly string[]> {
    return readdir(this.path('tmp'))
  }
}

/** A fresh workspace for every test of the file. */
export function useWorkspace(): Workspace {
  const workspace = new Workspace()
  beforeEach(() => workspace.open())
  afterEach(() => workspace.close())
  return workspace
}

/** Puts into `workspace`, before every test of the file, what `build` makes only once. */
export function useTemplate(
  workspace: Workspace,
  build: (template: Workspace) => Promise<unknown>
): void {
  const template = new Workspace()
  beforeAll(async () => {
    await template.open()
    await build(template)
  })
  beforeEach(() =>
    cp(template.path(), workspace.path(), { recursive: true, verbatimSymlinks: true })
  )
  afterAll(() => template.close())
}
