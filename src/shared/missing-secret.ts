import { Failure, messageAndWhy, problemOf } from './failure.ts'

/** A secret is missing that belongs to another one: the password of a key. Runs for forks get none. */
export class MissingSecret extends Failure {}

/** What a run says that gets no secrets, of what it could not check without them. */
export function notChecked(failure: Failure): string {
  return `${messageAndWhy(problemOf(failure))} It was not checked: not available to forks.`
}
