import { Failure } from '../../shared/failure.ts'

/** Why a publication was not attempted: its registry is unreachable, as `first` found out. */
export class NotAttempted extends Failure {
  readonly first: Failure

  constructor(host: string, first: Failure) {
    const message = `Not attempted, because ${host} did not answer before:`
    super(first.kind, { message, why: first.message, fix: first.fix })
    this.first = first
  }
}
