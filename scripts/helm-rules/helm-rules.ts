// Compares our rules for dependencies with Helm's own code (main.go, built with Go):
//   node scripts/helm-rules/helm-rules.ts compare KIND COUNT [SEED]   shows where the two disagree
//   node scripts/helm-rules/helm-rules.ts record                      writes the fixture of the unit tests
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  type Answer,
  bothAnswers,
  type Question,
  REFUSED
} from '../../__tests__/support/charts/helm-rules.ts'
import { Random } from '../../__tests__/support/charts/random.ts'
import { QUESTIONS } from './questions.ts'

const FIXTURE = join(import.meta.dirname, '../../__tests__/fixtures/helm/rules.json')
const RECORDED = { range: 1800, sort: 30, tags: 30, index: 60, url: 50, lock: 100 } as const
const MOST_SHOWN = 10

type Kind = keyof typeof QUESTIONS

function isKind(text: string): text is Kind {
  return text in QUESTIONS
}

const [command, kind = '', count = '1000', seed = '1'] = process.argv.slice(2)
if (command === 'record') await record()
else if (command === 'compare' && isKind(kind)) await compare(kind, Number(count), Number(seed))
else throw new Error('compare KIND COUNT [SEED], or record')

async function compare(asked: Kind, times: number, first: number): Promise<void> {
  const counts = { both: 0, neither: 0, onlyHelm: 0, onlyWe: 0, different: 0 }
  let shown = 0
  for (const { question, answer } of await ask(asked, times, first)) {
    const [helms, ours] = bothAnswers(question, answer)
    const outcome = outcomeOf(helms, ours)
    counts[outcome] += 1
    const isAgreement = outcome === 'both' || outcome === 'neither'
    if (!isAgreement && shown++ < MOST_SHOWN)
      process.stdout.write(`${JSON.stringify({ question, helms, ours })}\n`)
  }
  process.stdout.write(`${JSON.stringify(counts)}\n`)
}

function outcomeOf(helms: string, ours: string) {
  if (helms === ours) return helms === REFUSED ? 'neither' : 'both'
  if (ours === REFUSED) return 'onlyHelm'
  return helms === REFUSED ? 'onlyWe' : 'different'
}

async function record(): Promise<void> {
  const cases: string[] = []
  for (const [name, times] of Object.entries(RECORDED)) {
    if (!isKind(name)) continue
    for (const one of await ask(name, times, 1)) cases.push(JSON.stringify(one))
  }
  writeFileSync(FIXTURE, `[\n${cases.join(',\n')}\n]\n`)
}

interface Case {
  readonly question: Question
  readonly answer: Answer
}

async function ask(asked: Kind, times: number, first: number): Promise<readonly Case[]> {
  const random = new Random(first)
  const questions = Array.from({ length: times }, () => QUESTIONS[asked](random))
  const answers = await askHelm(questions)
  return questions.map((question, index) => ({ question, answer: answers[index] ?? {} }))
}

/** The answers of Helm's code, in the order of the questions. */
async function askHelm(questions: readonly Question[]): Promise<readonly Answer[]> {
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
