import { type HelmVersion, PINNED_VERSION, parseHelmVersion } from '../helm/helm-version.ts'
import type { Credential } from '../oci/auth/credential.ts'
import { parseTarget, type Target, withoutUser } from '../oci/spec/reference.ts'
import { parseEpoch } from '../shared/epoch.ts'
import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Secret } from '../shared/secret.ts'
import { parseDuration } from './duration.ts'
import type { InputName } from './input-names.ts'
import { commaEntries } from './list-entries.ts'
import type { SecretInputs } from './secret-inputs.ts'

const ONE_PER_LINE = 'Write one registry per line, each as oci://host[:port]/path.'

/** Parses one input a method; what is wrong is added to the problems, and the next input is looked at. */
export class InputParser {
  readonly #problems: Problem[]
  readonly #notices: string[]

  constructor(problems: Problem[], notices: string[]) {
    this.#problems = problems
    this.#notices = notices
  }

  /** The targets of a list; none where nothing is given. */
  targets(text: string | undefined): readonly Target[] {
    const entries = commaEntries('registry', text ?? '', this.#problems)
    const targets = entries.flatMap((entry) => this.#target(entry) ?? [])
    for (const [index, { host, path }] of targets.entries()) {
      const first = targets.findIndex((other) => other.host === host && other.path === path)
      if (first === index) continue
      const message = `${input('registry')} names ${host}/${path} twice.`
      this.#report({ message, fix: 'Name each target once.' })
    }
    return targets
  }

  #target(text: string): Target | undefined {
    const parsed = parseTarget(text)
    if ('problem' in parsed) {
      const { message, fix } = parsed.problem
      return this.#report({ message, fix: /\s/.test(text) ? ONE_PER_LINE : fix })
    }
    if (parsed.loweredFrom !== undefined) {
      const { path } = parsed.target
      this.#notices.push(
        `Repository names are lower case: "${parsed.loweredFrom}" was read as "${path}".`
      )
    }
    return parsed.target
  }

  credential(
    username: string | undefined,
    { password, identityToken }: SecretInputs
  ): Credential | undefined {
    if (identityToken !== undefined) return this.#identity(username, identityToken, password)
    if (username === undefined && password === undefined) return undefined
    if (username !== undefined && password !== undefined) return this.#login(username, password)
    const [has, lacks] =
      username === undefined ? ['password', 'username'] : ['username', 'password']
    return this.#report({
      message: `\`${has}\` is given, \`${lacks}\` is empty.`,
      fix: `Set \`${lacks}\`; secrets are empty in runs from forks and from Dependabot.`
    })
  }

  /** Hosts, separated by commas, blanks or lines, as a URL has them. */
  tokenHosts(text: string): readonly string[] {
    const names = text.split(/[\s,]+/).filter((name) => name !== '')
    return names.flatMap((name) => {
      const parsed = parseTarget(`oci://${name}`)
      if ('target' in parsed && parsed.target.path === '' && !name.includes('/')) {
        return [new URL(`https://${parsed.target.host}`).host]
      }
      const message = `${input('token-hosts')} has "${withoutUser(name)}", which is no host.`
      this.#report({ message, fix: 'Name hosts alone, such as auth.example.com or host:8443.' })
      return []
    })
  }

  flag(name: InputName, text: string): boolean {
    const value = text.toLowerCase()
    if (value === 'true' || value === 'false') return value === 'true'
    const message = `\`${name}\` is "${withoutUser(text)}".`
    this.#report({ message, fix: 'Set it to true or false.' })
    return false
  }

  /** One of the choices; the first where it is none. */
  choice<T extends string>(name: InputName, text: string, choices: readonly [T, ...T[]]): T {
    const chosen = choices.find((choice) => choice === text.toLowerCase())
    if (chosen !== undefined) return chosen
    const message = `\`${name}\` is "${text}".`
    this.#report({ message, fix: `Set it to one of ${choices.join(', ')}.` })
    return choices[0]
  }

  count(name: InputName, text: string): number {
    if (/^[1-9]\d?$/.test(text)) return Number(text)
    this.#report({ message: `\`${name}\` is "${text}".`, fix: 'Give a number from 1 to 99.' })
    return 1
  }

  helmVersion(text: string | undefined): HelmVersion | undefined {
    const version = text === undefined ? undefined : parseHelmVersion(text)
    if (text === undefined || version) return version
    const message = `${input('helm-version')} is "${text}", which is no Helm version.`
    return this.#report({
      message,
      fix: `Write it as in ${PINNED_VERSION.text}, or do not set it.`
    })
  }

  epoch(text: string | undefined): number | undefined {
    const epoch = text === undefined ? undefined : parseEpoch(text)
    if (text === undefined || epoch !== undefined) return epoch
    const message = `${input('source-date-epoch')} is "${text}", which is not a number of seconds since 1970.`
    return this.#report({
      message,
      fix: 'Give whole seconds, as `git log -1 --format=%ct` prints them.'
    })
  }

  sha256(text: string | undefined, helmVersion: string | undefined): string | undefined {
    if (text === undefined) return undefined
    if (!/^[0-9a-fA-F]{64}$/.test(text)) {
      return this.#report({
        message: `${input('helm-sha256')} is not a SHA-256.`,
        fix: 'Give 64 hexadecimal digits.'
      })
    }
    if (helmVersion !== undefined) return text
    const message = `${input('helm-sha256')} is given, but not the version that it belongs to.`
    return this.#report({ message, fix: `Set ${input('helm-version')} as well.` })
  }

  downloadUrl(text: string): string {
    const protocol = URL.canParse(text) ? new URL(text).protocol : ''
    if (protocol !== 'https:' && protocol !== 'http:') {
      const message = `${input('helm-download-url')} is "${withoutUser(text)}", which is not an http address.`
      this.#report({ message, fix: 'Give an address such as https://get.helm.sh.' })
    }
    return text
  }

  #identity(
    username: string | undefined,
    token: Secret,
    password: Secret | undefined
  ): Credential | undefined {
    if (password !== undefined) {
      const message = `${input('password')} and ${input('identity-token')} are both given.`
      return this.#report({ message, fix: 'Give one of them.' })
    }
    if (username?.includes(':')) return this.#login(username, token)
    return { kind: 'identity-token', username, token }
  }

  timeout(text: string): number {
    const timeoutMs = parseDuration(text)
    if (timeoutMs !== undefined) return timeoutMs
    const message = `${input('timeout')} is "${text}", which is no duration.`
    this.#report({ message, fix: 'Write it as 90s, 10m, or a number of seconds.' })
    return 0
  }

  #login(username: string, password: Secret): Credential | undefined {
    if (!username.includes(':')) return { kind: 'login', username, password }
    const message = `${input('username')} is "${username}"; a ":" cannot be sent in a login (RFC 7617).`
    return this.#report({ message, fix: `Give the name alone as ${input('username')}.` })
  }

  #report(problem: Problem): undefined {
    this.#problems.push(problem)
  }
}
