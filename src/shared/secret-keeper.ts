import { derivedForms } from './derived-forms.ts'
import { HIDDEN, redact } from './redact.ts'
import { Secret } from './secret.ts'
import { SecretSearch } from './secret-search.ts'

/**
 * All secrets of one run: whatever is secret is kept here first, and from then on every form of
 * it is masked. `mask` is told each form once, longest first, before `keep` returns.
 */
export class SecretKeeper {
  readonly #mask: (form: string) => void
  #secrets: Secret[] = []
  /** Undefined once all is wiped: nobody can tell any more what of a text is secret. */
  #forms: readonly string[] | undefined = []
  /** What `search` looks for. */
  #wanted: readonly string[] = []
  #search: SecretSearch | undefined

  constructor(mask: (form: string) => void) {
    this.#mask = mask
  }

  /** Masks `value` in all its forms, then hands it back as a secret. Empty values are kept, not masked. */
  keep(value: string): Secret {
    this.#want(value)
    return this.#keep(value, derivedForms(value))
  }

  /** As `keep`, for a token that shows up in logs as it is, but may be encoded in a file. */
  keepToken(value: string): Secret {
    this.#want(value)
    return this.#keep(value, [value])
  }

  /**
   * As `keep`, for what is an encoding already or shows up in one form alone: tokens that the run is given, base64.
   * No file can hold what is made in the run, so that `search` does not look for it.
   */
  keepOpaque(value: string): Secret {
    return this.#keep(value, [value])
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
    const known = this.#forms
    const fresh = forms.filter((form) => !known.includes(form))
    for (const form of fresh) this.#mask(form)
    this.#forms = [...known, ...fresh].sort((a, b) => b.length - a.length)
    this.#secrets.push(secret)
    return secret
  }

  /** Whether `text` holds a form of a secret. */
  covers(text: string): boolean {
    return !this.#forms || this.#forms.some((form) => text.includes(form))
  }

  /** `text` with every form of every secret replaced by `***`; all of it after `wipe`. */
  redact(text: string): string {
    return this.#forms ? redact(text, this.#forms) : HIDDEN
  }

  /** `value` as JSON, with every text in it redacted; names and numbers stay as they are. */
  toJson(value: unknown, indent?: number): string {
    const redactText = (_: string, item: unknown) =>
      typeof item === 'string' ? this.redact(item) : item
    return JSON.stringify(value, redactText, indent)
  }

  /** Overwrites all secrets and forgets their forms: to be called when all is printed. */
  wipe(): void {
    for (const secret of this.#secrets) secret.wipe()
    this.#secrets = []
    this.#forms = undefined
    this.#wanted = []
    this.#search = undefined
  }
}
