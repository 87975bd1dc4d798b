import { registerSecrets, type SecretInputs } from '../inputs/secret-inputs.ts'
import { renameInput } from '../shared/input-name.ts'
import { Secret } from '../shared/secret.ts'
import { askPassword, isAttended } from './password-prompt.ts'
import type { ReadSecrets } from './secrets.ts'
import type { Means } from './terminal.ts'

/** What says whether the login of the inputs is used. */
interface Request {
  readonly credential: unknown
}

/**
 * Makes the request of a command of its secrets. Where a password is missing, somebody is there, and the login is used,
 * that one is asked for it, but not before all else is right.
 * @throws Failure usage, with everything that is wrong, or when nothing is typed
 */
export async function parseAttended<T extends Request>(
  { inputs, userWithoutPassword: username }: ReadSecrets,
  parse: (secrets: SecretInputs) => T,
  { secrets, signal }: Pick<Means, 'secrets' | 'signal'>
): Promise<T> {
  if (username === undefined || !isAttended(process.env)) return parse(inputs)
  const trial = parse({ ...inputs, password: STAND_IN })
  if (!trial.credential) return parse(inputs)
  const typed = await askPassword(username, signal)
  renameInput('password', 'the typed password')
  const { password, remarks = [] } = await registerSecrets({ password: typed }, secrets, signal)
  return parse({ ...inputs, password, remarks: [...(inputs.remarks ?? []), ...remarks] })
}

/** Of a request that is thrown away: it is sent nowhere. */
const STAND_IN = new Secret('not typed yet')
