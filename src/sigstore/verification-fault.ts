import { messageOf } from '../shared/failure.ts'

/** Why something cannot be verified, in words. What is malformed makes the libraries stumble over what is not there. */
export function faultOf(error: unknown): string {
  const isStumble = error instanceof TypeError || error instanceof RangeError
  return isStumble ? 'a part of it is malformed' : messageOf(error)
}
