import { join } from 'node:path'
import { environmentIn, run } from './program.ts'
import type { Workspace } from './workspace.ts'

const ROOT = join(import.meta.dirname, '../..')
/** The file that the build puts beside the program. */
export const LIBRARY = join(ROOT, 'dist/openpgp.cjs')

/** Bundles `entry` as the build bundles the program, without OpenPGP.js. `src/` is where our modules are. */
export async function bundleProgram(workspace: Workspace, entry: string): Promise<string> {
  const folder = workspace.path('program')
  const build = `
    import { build } from '${join(ROOT, 'node_modules/esbuild/lib/main.js')}'
    import { BUNDLE_URL, bundling } from '${join(ROOT, 'scripts/bundling.mjs')}'
    const files = { entryPoints: ['entry.ts'], outfile: 'program.cjs', absWorkingDir: '${folder}' }
    const nodePaths = ['${join(ROOT, 'node_modules')}']
    await build({ ...bundling, ...files, nodePaths, banner: { js: BUNDLE_URL } })`
  const source = entry.replaceAll("'src/", `'${ROOT}/src/`)
  await workspace.write('program', { 'entry.ts': source, 'build.mjs': build })
  const environment = environmentIn(workspace)
  const { code, stderr } = await run(process.execPath, [join(folder, 'build.mjs')], { environment })
  if (code !== 0) throw new Error(stderr)
  return join(folder, 'program.cjs')
}
