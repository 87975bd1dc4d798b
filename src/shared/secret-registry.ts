import { readingOf, readingWithoutTags, withoutBlanks } from './reading.ts'
import { lowerCase, type Needles, redact } from './redact.ts'
import { HIDDEN, Secret } from './secret.ts'
import { derivedForms } from './secret-encodings.ts'
import { SecretSearch } from './secret-search.ts'

/**
 * Shorter secrets cannot be masked: a string of three hexadecimal digits stands in every 70th digest by chance, one
 * of four in every 1100th; a runner would hide them everywhere (actions/runner knows no shortest mask).
 */
const SHORTEST_MASK = 4
/** The warning for a secret that cannot be masked. */
export const TOO_SHORT =
  'A secret of this run has fewer than 4 characters. It cannot be masked fully: it is only hidden where it is a separate word. Use a longer secret.'
/** A text that holds a secret of this length does not hold it by chance. */
const LONG_SECRET = 16
/** Readings leave characters out: fewer that are left may be an ordinary word. */
const SHORTEST_READING = 8

/** What can be said of a text: everything, or only that which cannot be a coincidence. */
type Extent = 'all' | 'long'

/** The kinds of texts in JSON: prose is redacted as log lines are, paths only of long secrets, data never. */
export type TextKind = 'prose' | 'path' | 'data'

/**
 * All secrets of one run: whatever is secret is kept here first, and from then on every form of it is masked.
 * `mask` gets each form once, longest first, before `register` returns; `tooShort` is called once, for the first secret
 * that has too few characters for a mask.
 */
export class SecretRegistry {
  readonly #mask: (form: string) => void
  readonly #tooShort: () => void
  #hasShort = false
  #secrets: Secret[] = []
  /** Undefined once all is wiped: nobody can say any more what of a text is secret. */
  #forms: readonly string[] | undefined = []
  #needles: Readonly<Record<Extent, Needles>> = { all: NOTHING, long: NOTHING }
  /** What `search` looks for. */
  #wanted: readonly string[] = []
  #search: SecretSearch | undefined

  constructor(mask: (form: string) => void, tooShort: () => void = () => undefined) {
    this.#mask = mask
    this.#tooShort = tooShort
  }

  /** Masks `value` in all its forms, then hands it back as a secret. Empty values are kept, not masked. */
  register(value: string): Secret {
    this.#want(value)
    return this.#keep(value, derivedForms(value))
  }

  /** As `register`, for a token that shows up in logs unchanged, but may be encoded in a file. */
  registerToken(value: string): Secret {
    this.#want(value)
    return this.#keep(value, [value])
  }

  /**
   * As `register`, for what is an encoding already or shows up in one form only: tokens that the run is given, base64.
   * No file can hold what is made in the run, so that `search` does not look for it.
   */
  registerRaw(value: string): Secret {
    return this.#keep(value, value === '' ? [] : [value])
  }

  /** Looks for all secrets that are known by now. The same object as before when there are no others. */
  search(): SecretSearch {
    this.#search ??= new SecretSearch(this.#wanted)
    return this.#search
  }

  #want(value: string): void {
    if (!this.#forms || this.#wanted.includes(value)) return
    this.#wanted = [...this.#wanted, value]
    this.#search = undefined
  }

  #keep(value: string, forms: readonly string[]): Secret {
    const secret = new Secret(value)
    if (!this.#forms) {
      // Work that was left behind after a signal goes no further with it.
      secret.wipe()
      return secret
    }
    this.#secrets.push(secret)
    const known = this.#forms
    const fresh = forms.filter((form) => !known.includes(form))
    if (fresh.length === 0) return secret
    this.#forms = [...known, ...fresh]
    const needles = needlesOf(value, fresh)
    const { all, long } = this.#needles
    const isLong = value.length >= LONG_SECRET
    this.#needles = { all: merged(all, needles), long: isLong ? merged(long, needles) : long }
    for (const form of fresh.filter(isMaskable)) this.#mask(form)
    if (needles.words.length > 0) this.#reportShort()
    return secret
  }

  #reportShort(): void {
    if (this.#hasShort) return
    this.#hasShort = true
    this.#tooShort()
  }

  /** Whether a runner would find a mask of a secret in `text`. */
  covers(text: string): boolean {
    return !this.#forms || this.#forms.filter(isMaskable).some((form) => text.includes(form))
  }

  /** `text` with every form of every secret replaced by `***`; all of it after `wipe`. */
  redact(text: string): string {
    return this.#forms ? redact(text, this.#needles.all) : HIDDEN
  }

  /** As `redact`, for paths: short secrets may be in them by chance, and they are of use as a whole only. */
  redactPath(text: string): string {
    return this.#forms ? redact(text, this.#needles.long) : HIDDEN
  }

  /** `value` as JSON, with the texts in it redacted by their kind, which depends on the name of their field. */
  toJson(value: unknown, kindOf: (field: string) => TextKind, indent?: number): string {
    const redactText = (field: string, item: unknown) => {
      return typeof item === 'string' ? this.#redactAs(kindOf(field), item) : item
    }
    return JSON.stringify(value, redactText, indent)
  }

  #redactAs(kind: TextKind, text: string): string {
    if (kind === 'prose') return this.redact(text)
    return kind === 'path' || !this.#forms ? this.redactPath(text) : text
  }

  /** Overwrites all secrets and forgets their forms: to be called when all is printed. */
  wipe(): void {
    for (const secret of this.#secrets) secret.wipe()
    this.#secrets = []
    this.#forms = undefined
    this.#needles = { all: NOTHING, long: NOTHING }
    this.#wanted = []
    this.#search = undefined
  }
}

const NOTHING: Needles = { parts: [], words: [], readings: [], dense: [] }

function isMaskable(form: string): boolean {
  return form.length >= SHORTEST_MASK
}

function needlesOf(value: string, forms: readonly string[]): Needles {
  const lower = forms.map(lowerCase)
  const dense = forms.map((form) => withoutBlanks(readingOf(form)).text)
  return {
    parts: lower.filter(isMaskable),
    words: lower.filter((form) => !isMaskable(form) && form.trim() !== ''),
    readings: readingsOf(value.trim()),
    dense: dense.filter((form) => form.length >= SHORTEST_READING)
  }
}

/** Some servers take parts of a password for tags, and leave them out. */
function readingsOf(value: string): readonly string[] {
  const texts = [readingOf(value), readingWithoutTags(value)].map(({ text }) => text.trim())
  return texts.filter((text) => {
    const isWhole = text === lowerCase(value)
    return text.length >= (isWhole ? SHORTEST_MASK : SHORTEST_READING)
  })
}

function merged(a: Needles, b: Needles): Needles {
  const union = (name: keyof Needles) => [...new Set([...a[name], ...b[name]])]
  return {
    parts: union('parts'),
    words: union('words'),
    readings: union('readings'),
    dense: union('dense')
  }
}
