/** A fenced block of a Markdown document. */
export interface CodeBlock {
  readonly language: string
  readonly text: string
  /** Where its first line stands. */
  readonly line: number
}

/** The fenced blocks of a document, without the indentation of their fence. */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  const fences = markdown.matchAll(/^( *)```(\w+)\n(.*?)^\1```$/gms)
  return [...fences].map(({ index, 1: indent = '', 2: language = '', 3: text = '' }) => ({
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    line: markdown.slice(0, index).split('\n').length + 1
  }))
}

/**
 * A workflow from a YAML block: as it stands, or a job or steps in a frame. Undefined for other YAML.
 * @param yaml a part of a workflow, or of anything else
 */
export function workflowOf(yaml: string): string | undefined {
  const keys = [...yaml.matchAll(/^(?:- )?([\w-]+):/gm)].map(([, key]) => key)
  if (keys.includes('jobs')) return keys.includes('on') ? yaml : `on: push\n${yaml}`
  if (keys.includes('steps')) return frame(indented(yaml, 4))
  const isSteps = /^- (?:uses|run|id|name):/m.test(yaml) && /^ *(?:- )?(?:uses|run):/m.test(yaml)
  return isSteps ? frame(`    steps:\n${indented(yaml, 6)}`) : undefined
}

/** What is typed in a block with prompts. */
export function typedIn(console: string): string {
  const typed = [...console.matchAll(/^\$ ((?:.*\\\n)*.*)$/gm)]
  return typed.map(([, command]) => `${command}\n`).join('')
}

function frame(job: string): string {
  const runner = /^ {4}runs-on:/m.test(job) ? '' : '    runs-on: ubuntu-24.04\n'
  return `on: push\njobs:\n  job:\n${runner}${job}`
}

function indented(text: string, count: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(count))
}
