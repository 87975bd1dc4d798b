import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What main.go is asked. */
export type Question = Readonly<Record<string, unknown>> & { readonly kind: string }

/** What main.go replies. */
export interface Answer {
  readonly error?: string
  readonly verdicts?: string
  readonly versions?: readonly string[]
  readonly entries?: Readonly<Record<string, readonly HelmEntry[]>>
  readonly text?: string
}

interface HelmEntry {
  readonly version: string
  readonly urls: readonly string[] | null
  readonly digest: string
}

/** The answers of Helm's code, in the order of the questions. */
export async function askHelm(questions: readonly Question[]): Promise<readonly Answer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'helm-rules-'))
  try {
    const program = join(folder, 'helm-rules')
    await run('go', ['build', '-o', program, '.'])
    const output = await run(program, [], questions.map((one) => JSON.stringify(one)).join('\n'))
    return output.map((line) => JSON.parse(line))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function run(command: string, args: readonly string[], input = ''): Promise<string[]> {
  const child = spawn(command, args, {
    cwd: import.meta.dirname,
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  child.stdin.end(input)
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) lines.push(line)
  const code = await exit
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  return lines
}
