import { Failure } from '../../shared/failure.ts'
import { shorten } from '../../shared/printable.ts'

/** One authentication challenge (RFC 9110, 11.3); scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const SEPARATOR = /[\s,]*/y
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const EQUALS = /\s*=\s*/y
const QUOTE = /(?=")/y
const QUOTED = /"((?:[^"\\]|\\.)*)"/y
// RFC 9110, 11.2: what Negotiate and others have in place of parameters; nothing else may follow it.
const TOKEN68 = /[ \t]+[0-9A-Za-z._~+/-]+=*(?=\s*(?:,|$))/y
const OTHER = /[^\s,]+/y
/** As much of a header as a message needs. */
const LONGEST_EXCERPT = 200

/**
 * Reads all challenges of a WWW-Authenticate field: several lines, several challenges in a line,
 * quoted values that hold commas, schemes without parameters or with a token68. Of equal parameters
 * the first counts; what belongs to no challenge is passed over.
 * @throws Failure registry, when a quoted value does not end
 */
export function parseChallenges(
  field: string | readonly string[] | undefined
): readonly Challenge[] {
  const lines = field === undefined ? [] : typeof field === 'string' ? [field] : field
  return lines.flatMap((line) => parseLine(new Scanner(line)))
}

/** Whether one of the challenges is of that scheme (in lower case). */
export function offers(challenges: readonly Challenge[], scheme: string): boolean {
  return challenges.some((challenge) => challenge.scheme === scheme)
}

/** The `error` that a challenge tells (RFC 6750, 3.1; olareg has words of its own): the first that there is. */
export function errorIn(challenges: readonly Challenge[]): string | undefined {
  const errors = challenges.map(({ parameters }) => parameters.get('error'))
  return errors.find((error) => error !== undefined)
}

function parseLine(scanner: Scanner): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  scanner.take(SEPARATOR)
  while (!scanner.atEnd) {
    const word = scanner.take(TOKEN)
    if (word === undefined) scanner.take(OTHER)
    else if (scanner.take(EQUALS) === undefined) {
      scanner.take(TOKEN68)
      challenges.push({ scheme: word.toLowerCase(), parameters: new Map() })
    } else {
      const value = takeValue(scanner)
      const parameters = challenges.at(-1)?.parameters
      const name = word.toLowerCase()
      if (value !== undefined && parameters && !parameters.has(name)) parameters.set(name, value)
    }
    scanner.take(SEPARATOR)
  }
  return challenges
}

function takeValue(scanner: Scanner): string | undefined {
  const quoted = scanner.take(QUOTED)
  if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\(.)/g, '$1')
  if (scanner.take(QUOTE) !== undefined) throw unterminated(scanner.text)
  return scanner.take(TOKEN)
}

function unterminated(line: string): Failure {
  const message = `The registry asks for a login in an invalid format: a quoted value is not closed in the WWW-Authenticate header ${shorten(line, LONGEST_EXCERPT)}.`
  return new Failure('registry', {
    message,
    fix: 'Check the registry and the proxies in between.'
  })
}

class Scanner {
  readonly text: string
  #position = 0

  constructor(text: string) {
    this.text = text
  }

  get atEnd(): boolean {
    return this.#position >= this.text.length
  }

  /** What the sticky `pattern` matches here, consumed; undefined when it does not match. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const [match] = pattern.exec(this.text) ?? []
    this.#position += match?.length ?? 0
    return match
  }
}
