/** Exit codes of the command, by the kind of failure. 1 is our own bug and has no kind. */
export const EXIT_CODES = {
  usage: 2,
  helm: 3,
  chart: 4,
  auth: 5,
  registry: 6,
  conflict: 7,
  verification: 8,
  signing: 9,
  sighup: 129,
  sigint: 130,
  sigterm: 143
} as const

export type FailureKind = keyof typeof EXIT_CODES

/** A file of the user, by a path that is absolute or starts from the working directory, and a line in it. */
export interface SourceLocation {
  readonly file: string
  /** Counted from 1; undefined where only the file is known. */
  readonly line?: number | undefined
}

/** A place of which the line is known. */
export interface SourceLine extends SourceLocation {
  readonly line: number
}

/** What is wrong, in three parts. In one line they read: message, why, "Fix:" and the fix. */
export interface Problem {
  /** What failed, as a sentence with its concrete values; with `why`, it may end in a colon. */
  readonly message: string
  /** The other side's words, where it gave any: the registry's, helm's, the system's. */
  readonly why?: string | undefined
  /** The one thing that resolves it. */
  readonly fix: string
  /** Where it is to be fixed, when that is a file. */
  readonly place?: SourceLocation | undefined
}

/**
 * Everything a user can act on. `message` says what failed and why in one line; `fix` names the input,
 * permission or command that resolves it. Any other error is our own bug.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly kind: FailureKind
  readonly fix: string
  readonly place: SourceLocation | undefined
  /** What it consists of, one at least, to be shown one by one. */
  readonly problems: readonly Problem[]

  constructor(kind: FailureKind, problem: Problem, cause?: unknown, problems = [problem]) {
    super(messageAndWhy(problem), cause === undefined ? undefined : { cause })
    this.kind = kind
    this.fix = problem.fix
    this.place = problem.place
    this.problems = problems
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind]
  }
}

/** What failed and why, in one line. */
export function messageAndWhy({ message, why }: Pick<Problem, 'message' | 'why'>): string {
  return why === undefined ? message : `${message} ${why}`
}

/** The problem that a failure consists of; the sum of them where there are several. */
export function problemOf({ problems, message, fix, place }: Failure): Problem {
  const [only, ...more] = problems
  return only && more.length === 0 ? only : { message, fix, place }
}

/** One failure of several problems, at the place of the first that has one. `problems` holds at least one. */
export function failureOf(kind: FailureKind, problems: readonly Problem[]): Failure {
  const all = problems.flatMap((problem) =>
    problem instanceof Failure ? problem.problems : [problem]
  )
  const fixes = new Set(all.map(({ fix }) => fix))
  const summed = {
    message: all.map(messageAndWhy).join(' '),
    fix: [...fixes].join(' '),
    place: all.find(({ place }) => place)?.place
  }
  return new Failure(kind, summed, undefined, all)
}

/** Whether somebody has ended the run: nothing else is to be made of that, whatever it broke off. */
export function isInterruption({ kind }: Failure): boolean {
  return kind === 'sighup' || kind === 'sigint' || kind === 'sigterm'
}

/** The exit code that any thrown value leads to; 1 for our own bug. */
export function exitCodeOf(error: unknown): number {
  return failureIn(error)?.exitCode ?? 1
}

/** What a user can act on in any thrown value; undefined for our own bug. */
export function failureIn(error: unknown): Failure | undefined {
  if (!(error instanceof Failure)) {
    const problem = systemProblem(error) ?? diskProblem(error)
    return problem && new Failure('usage', problem, error)
  }
  const { kind, cause } = error
  const problem = systemProblem(cause)
  return problem ? new Failure(kind, { ...problemOf(error), fix: problem.fix }, cause) : error
}

/** What can keep any step from being done, wherever it is met. */
function systemProblem(error: unknown): Problem | undefined {
  const code = codeOf(error) ?? ''
  if (['EMFILE', 'ENFILE'].includes(code)) {
    const message = `Too many files are open at once: ${code}.`
    return { message, fix: 'Raise the limit, for example with `ulimit -n 1024`.' }
  }
  if (textIn(error, 'syscall') !== 'uv_cwd') return undefined
  const message = `The working directory cannot be used: ${code}. It may have been removed.`
  return { message, fix: 'Run it in a directory that exists.' }
}

/** The text of any thrown value, without its stack. */
export function messageOf(error: unknown): string {
  return textIn(error, 'message') ?? String(error)
}

/** The system's code of an error (`ENOENT`, `ECONNREFUSED` …), undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return textIn(error, 'code')
}

/** Full, over a quota or a limit, read-only, broken: met where no step expects it. */
const DISK_CODES = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EIO']

function diskProblem(error: unknown): Problem | undefined {
  const code = codeOf(error) ?? ''
  if (!DISK_CODES.includes(code)) return undefined
  const message = `A file cannot be written: ${messageOf(error)}.`
  return { message, fix: 'Free some space on that disk, or set TMPDIR to a folder elsewhere.' }
}

function textIn(error: unknown, key: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'string' ? value : undefined
}
