import { Failure } from '../../shared/failure.ts'

/** No attempt at a request got one byte of an answer from the host: it is down, or out of reach. */
export class NoAnswer extends Failure {}
