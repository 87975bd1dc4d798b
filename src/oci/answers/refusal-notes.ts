import { Failure } from '../../shared/failure.ts'
import type { HttpResponse } from '../transport/http.ts'
import { isMisdirected } from './registry-answer.ts'

/** `failure`, made of `response`, with how often it was tried, and who wrote the answer when a registry did not. */
export function withNotes(failure: Failure, response: HttpResponse, attempts: number): Failure {
  const isOther = isMisdirected(response)
  const notes = [
    isOther ? 'This answer does not come from a registry.' : '',
    attempts > 1 ? `It was tried ${attempts} times.` : ''
  ].filter(Boolean)
  if (notes.length === 0) return failure
  const fix = isOther
    ? 'Check that `registry` names an OCI registry, with the right host and port, and check the proxies in between.'
    : failure.fix
  const message = [failure.message, ...notes].join(' ')
  return new Failure(failure.kind, { message, fix }, failure.cause)
}
