import type { HttpResponse } from '../../http/message.ts'
import type { AnswerRules, Retried } from '../../http/retry.ts'
import { isMisdirected } from './registry-answer.ts'
import { codesIn } from './registry-error.ts'

/** distribution answers 500 to names and digests that it cannot read (measured with 2.8.2 and 3.1.1). */
const CODES_OF_LASTING_500 = ['NAME_INVALID', 'UNKNOWN']

/** What is known of the answers of registries, and of what stands before them. */
export const REGISTRY_RULES: AnswerRules = { isMisdirected: isOfSomethingElse, isLasting }

/**
 * An ingress without a backend and a proxy in the middle of a change answer "not found" for a moment. Answers to HEAD
 * have no body that could show who wrote them.
 */
function isOfSomethingElse(
  response: HttpResponse,
  { method, finalStatuses = [] }: Retried
): boolean {
  if (method === 'HEAD' || finalStatuses.includes(response.status)) return false
  return isMisdirected(response)
}

function isLasting({ status, body }: HttpResponse): boolean {
  return status === 500 && codesIn(body).some((code) => CODES_OF_LASTING_500.includes(code))
}
