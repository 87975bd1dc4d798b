/** One authentication challenge (RFC 9110, 11.3); scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const SEPARATOR = /[\s,]*/y
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const EQUALS = /\s*=\s*/y
const QUOTED = /"((?:[^"\\]|\\.)*)"/y
// What stands where a value could not be read: token68, an unterminated quote.
const OTHER = /[^\s,]+/y

/**
 * Reads all challenges of a WWW-Authenticate field: several lines, several challenges in a line,
 * quoted values that hold commas, schemes without parameters. Of equal parameters the first counts;
 * what cannot be read is passed over.
 */
export function parseChallenges(
  field: string | readonly string[] | undefined
): readonly Challenge[] {
  const lines = field === undefined ? [] : typeof field === 'string' ? [field] : field
  return lines.flatMap((line) => parseLine(new Scanner(line)))
}

function parseLine(scanner: Scanner): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  scanner.take(SEPARATOR)
  while (!scanner.atEnd) {
    const word = scanner.take(TOKEN)
    if (word === undefined) scanner.take(OTHER)
    else if (scanner.take(EQUALS) === undefined) {
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
  return scanner.take(TOKEN)
}

class Scanner {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#position >= this.#text.length
  }

  /** What the sticky `pattern` matches here, consumed; undefined when it does not match. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const [match] = pattern.exec(this.#text) ?? []
    this.#position += match?.length ?? 0
    return match
  }
}
