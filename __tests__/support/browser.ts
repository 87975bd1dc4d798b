import { environmentIn, run } from './program.ts'
import type { Workspace } from './workspace.ts'

/** GitHub's own parser (Debian package cmark-gfm) with its extensions, and no HTML left out. */
const PARSER = 'cmark-gfm'
const EXTENSIONS = ['table', 'autolink', 'strikethrough', 'tagfilter', 'tasklist']

/** No network, no profile but the one of the workspace. */
const BROWSER_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND'
]

/** Renders Markdown to HTML as GitHub does, but without its sanitiser. */
export async function renderMarkdown(workspace: Workspace, markdown: string): Promise<string> {
  const extensions = EXTENSIONS.flatMap((name) => ['--extension', name])
  const environment = environmentIn(workspace)
  const options = { environment, stdin: markdown }
  const { code, stdout, stderr } = await run(PARSER, ['--unsafe', ...extensions], options)
  if (code !== 0) throw new Error(`${PARSER} failed: ${stderr}`)
  return stdout
}

/** A page that waits for something keeps the browser open. */
const LONGEST_MS = 60_000

/**
 * Parses HTML in headless Chromium and gives what `probe`, the body of a function of the fragment `main`,
 * returns there as JSON. The title of the page carries the answer. In a template nothing is loaded or run, so
 * that what should not be there is seen and does no harm.
 */
export async function askBrowser(
  workspace: Workspace,
  html: string,
  probe: string
): Promise<unknown> {
  const script = `document.title = JSON.stringify(((main) => { ${probe} })(document.querySelector('template').content))`
  const page = `<!doctype html><meta charset="utf-8"><template>${html}</template><script>${script}</script>`
  const folder = await workspace.write('page', { 'index.html': page })
  const flags = [...BROWSER_FLAGS, `--user-data-dir=${workspace.path('browser')}`, '--dump-dom']
  const { code, stdout, stderr } = await run(
    'chromium',
    [...flags, `file://${folder}/index.html`],
    {
      environment: environmentIn(workspace),
      started: (child) => {
        const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS)
        child.once('exit', () => clearTimeout(timer))
      }
    }
  )
  const title = /<title>(.*?)<\/title>/s.exec(stdout)?.[1]
  if (code !== 0 || title === undefined) throw new Error(`chromium failed: ${stderr}`)
  const text = title.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&nbsp;', '\u00a0')
  return JSON.parse(text.replaceAll('&amp;', '&'))
}
