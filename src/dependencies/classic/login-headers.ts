import { basicPair, basicValue } from '../../http/basic-login.ts'
import { isLoopback } from '../../http/private-address.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { ClassicAccess, ClassicContext, SourcedLogin } from './classic-access.ts'
import { placeOf } from './place.ts'

/** Logins as they are sent: at once (some servers answer 404 to strangers), and never in clear to whom it is not allowed. */
export class LoginHeaders {
  readonly #access: ClassicAccess
  readonly #context: ClassicContext
  readonly #warned = new Set<string>()
  readonly #announced = new Set<string>()

  constructor(access: ClassicAccess, context: ClassicContext) {
    this.#access = access
    this.#context = context
  }

  /** Whether the host may be spoken to in clear text, as the user says. */
  mayBePlain({ host }: URL): boolean {
    return this.#access.plainHttpHosts.some((entry) => {
      return URL.canParse(`http://${entry}`) && new URL(`http://${entry}`).host === host
    })
  }

  /**
   * The headers of a request, with `login` where there is one. Logs once where the login of a host comes from, and warns
   * once of each host that speaks plain http.
   * @throws Failure auth, when a login would go out in clear text
   */
  for(url: URL, login: SourcedLogin | undefined): Readonly<Record<string, string>> {
    if (url.protocol === 'http:' && !this.mayBePlain(url)) this.#refuseOrWarn(url, login)
    if (login) this.#announce(`The login for ${url.host} comes from ${login.source}.`)
    return login ? { authorization: basicValue(basicPair(login, this.#context.secrets)) } : {}
  }

  #announce(text: string): void {
    if (this.#announced.has(text)) return
    this.#announced.add(text)
    this.#context.logger.info(text)
  }

  #refuseOrWarn(url: URL, login: SourcedLogin | undefined): void {
    const { host } = url
    if (login) {
      const message = `${placeOf(url)} is plain http: the login of ${login.source} was not sent there.`
      const fix = `Use https in Chart.yaml, or add ${host} to ${input('plain-http')} to send the login in clear text.`
      throw new Failure('auth', { message, fix })
    }
    // Nobody else is on the way to this machine.
    if (isLoopback(host) || this.#warned.has(host)) return
    this.#warned.add(host)
    this.#context.logger.warning(
      `${host} speaks plain http: anyone on the network path can replace the charts that are fetched from it. Use https in Chart.yaml.`
    )
  }
}
