import { isChartVersion } from '../chart/chart-version.ts'
import { type HelmVersion, PINNED_VERSION, parseHelmVersion } from '../helm/helm-version.ts'
import { parseEpoch } from '../helm/source-date.ts'
import type { Credential } from '../oci/credential.ts'
import { parseTarget, type Target } from '../oci/reference.ts'
import type { Problem } from '../shared/failure.ts'
import type { Secret } from '../shared/secret.ts'
import { parseDuration } from './duration.ts'
import type { InputName } from './input-names.ts'

/** Parses one input a method; what is wrong is added to the problems, and the next input is looked at. */
export class InputParser {
  readonly #problems: Problem[]
  readonly #notices: string[]

  constructor(problems: Problem[], notices: string[]) {
    this.#problems = problems
    this.#notices = notices
  }

  chart(text: string): string {
    this.#single('chart', text, 'Give one chart directory or archive.')
    return text
  }

  target(text: string | undefined): Target | undefined {
    if (text === undefined || !this.#single('registry', text, 'Give one registry.'))
      return undefined
    const parsed = parseTarget(text)
    if ('problem' in parsed) return this.#report(parsed.problem)
    if (parsed.loweredFrom !== undefined) {
      const { path } = parsed.target
      this.#notices.push(
        `Repository names are lower case: "${parsed.loweredFrom}" was read as "${path}".`
      )
    }
    return parsed.target
  }

  credential(username: string | undefined, password: Secret | undefined): Credential | undefined {
    if (username === undefined && password === undefined) return undefined
    if (username !== undefined && password !== undefined) return this.#login(username, password)
    const [has, lacks] =
      username === undefined ? ['password', 'username'] : ['username', 'password']
    return this.#report({
      message: `\`${has}\` is given, \`${lacks}\` is empty.`,
      fix: `Set \`${lacks}\`; secrets are empty in runs from forks and from Dependabot.`
    })
  }

  flag(name: InputName, text: string): boolean {
    const value = text.toLowerCase()
    if (value === 'true' || value === 'false') return value === 'true'
    this.#report({ message: `\`${name}\` is "${text}".`, fix: 'Set it to true or false.' })
    return false
  }

  version(text: string | undefined): string | undefined {
    const version = text?.replace(/^v(?=\d)/, '')
    if (version === undefined || isChartVersion(version)) return version
    const message = `\`version\` is "${text}", which is not a semantic version.`
    return this.#report({ message, fix: 'Give a SemVer 2 version such as 1.2.3 or v1.2.3.' })
  }

  helmVersion(text: string | undefined): HelmVersion | undefined {
    const version = text === undefined ? undefined : parseHelmVersion(text)
    if (text === undefined || version) return version
    const message = `\`helm-version\` is "${text}", which is no Helm version.`
    return this.#report({
      message,
      fix: `Write it as in ${PINNED_VERSION.text}, or leave it empty.`
    })
  }

  epoch(text: string | undefined): number | undefined {
    const epoch = text === undefined ? undefined : parseEpoch(text)
    if (text === undefined || epoch !== undefined) return epoch
    const message = `\`source-date-epoch\` is "${text}", which is not a number of seconds since 1970.`
    return this.#report({
      message,
      fix: 'Give whole seconds, as `git log -1 --format=%ct` prints them.'
    })
  }

  sha256(text: string | undefined, helmVersion: string | undefined): string | undefined {
    if (text === undefined) return undefined
    if (!/^[0-9a-fA-F]{64}$/.test(text)) {
      return this.#report({
        message: '`helm-sha256` is not a SHA-256.',
        fix: 'Give 64 hexadecimal digits.'
      })
    }
    if (helmVersion !== undefined) return text
    const message = '`helm-sha256` is given, but not the version that it belongs to.'
    return this.#report({ message, fix: 'Set `helm-version` as well.' })
  }

  downloadUrl(text: string): string {
    const protocol = URL.canParse(text) ? new URL(text).protocol : ''
    if (protocol !== 'https:' && protocol !== 'http:') {
      const message = `\`helm-download-url\` is "${text}", which is not an http address.`
      this.#report({ message, fix: 'Give an address such as https://get.helm.sh.' })
    }
    return text
  }

  timeout(text: string): number {
    const timeoutMs = parseDuration(text)
    if (timeoutMs !== undefined) return timeoutMs
    const message = `\`timeout\` is "${text}", which is no duration.`
    this.#report({ message, fix: 'Write it as 90s, 10m, or a number of seconds.' })
    return 0
  }

  #login(username: string, password: Secret): Credential | undefined {
    if (!username.includes(':')) return { kind: 'login', username, password }
    const message = `\`username\` is "${username}"; a ":" cannot be sent in a login (RFC 7617).`
    return this.#report({ message, fix: 'Give the name alone as `username`.' })
  }

  #single(name: InputName, text: string, fix: string): boolean {
    if (!/[\r\n]/.test(text)) return true
    this.#report({ message: `\`${name}\` has several lines.`, fix })
    return false
  }

  #report(problem: Problem): undefined {
    this.#problems.push(problem)
  }
}
