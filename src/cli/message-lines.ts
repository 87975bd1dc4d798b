import { wrap } from './columns.ts'
import type { MessageStyle } from './message-style.ts'

export type MessageKind = 'Error' | 'Warning' | 'Note'

/** A message in its parts, each of which is safe to print. */
export interface Message {
  readonly text: string
  readonly why: string | undefined
  readonly fix: string | undefined
  readonly place: string | undefined
}

/** SGR parameters (ECMA-48, 8.3.117): bold with red, yellow, cyan, green. */
const COLOURS = { Error: '1;31', Warning: '1;33', Note: '1;36', Fix: '1;32' } as const
/** Narrower terminals get lines of this width, which they break themselves. */
const NARROWEST = 40

/** The lines of a message: a part begins on a line of its own, and goes on below its beginning where it is wrapped. */
export function messageLines(
  kind: MessageKind,
  { text, why, fix, place }: Message,
  { width, isColoured, indent }: MessageStyle & { readonly indent: number }
): readonly string[] {
  const room = width === undefined ? undefined : Math.max(width - indent, NARROWEST)
  const part = (label: keyof typeof COLOURS, content: string, before: string) => {
    const lines = hanging(`${before}${label}: ${content}`, `${before}  `, room)
    return isColoured
      ? lines.map((line, index) => (index === 0 ? paint(line, label) : line))
      : lines
  }
  return [
    ...part(kind, text, ''),
    ...(why === undefined ? [] : hanging(`  ${why}`, '  ', room)),
    ...(fix === undefined ? [] : part('Fix', fix, '  ')),
    ...(place === undefined ? [] : [`  at ${place}`])
  ]
}

/** Wrapped, with `below` in front of all lines but the first. Not wrapped without a width. */
function hanging(text: string, below: string, width: number | undefined): readonly string[] {
  if (width === undefined) return [text]
  const beginning = /^ */.exec(text)?.[0] ?? ''
  const [first = '', ...more] = wrap(text.trimStart(), width - below.length)
  return [`${beginning}${first}`, ...more.map((line) => `${below}${line}`)]
}

function paint(line: string, label: keyof typeof COLOURS): string {
  return line.replace(`${label}:`, `\u001b[${COLOURS[label]}m${label}:\u001b[0m`)
}
