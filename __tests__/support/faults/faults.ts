import type { Fault, TestRegistry } from '../registry/registry.ts'
import type { RecordedRequest } from '../registry/registry-store.ts'

export type RequestKind = (request: RecordedRequest) => boolean

export const isPost: RequestKind = ({ method }) => method === 'POST'
export const isHead: RequestKind = ({ method }) => method === 'HEAD'
export const isPutBlob: RequestKind = ({ method, url }) => {
  return method === 'PUT' && url.includes('/uploads/')
}
export const isPutManifest: RequestKind = ({ method, url }) => {
  return method === 'PUT' && url.includes('/manifests/')
}
export const isGetManifest: RequestKind = ({ method, url }) => {
  return method === 'GET' && url.includes('/manifests/')
}

/** Gives the answers to the first requests of a kind, and lets the registry answer the others. */
export function first(kind: RequestKind, ...answers: readonly ReturnType<Fault>[]): Fault {
  const left = [...answers]
  return (request) => (kind(request) ? left.shift() : undefined)
}

/** The same answer to every request of a kind. */
export function always(kind: RequestKind, answer: ReturnType<Fault>): Fault {
  return (request) => (kind(request) ? answer : undefined)
}

/** The first of several faults that happens. */
export function any(...faults: readonly Fault[]): Fault {
  return (request) => {
    for (const fault of faults) {
      const answer = fault(request)
      if (answer !== undefined) return answer
    }
    return undefined
  }
}

/** Lets the registry do what the first request of a kind asks for, but loses the answer. */
export function answerLost(registry: TestRegistry, kind: RequestKind): Fault {
  let isLost = false
  return (request) => {
    if (isLost || !kind(request)) return undefined
    isLost = true
    registry.store.answer(request)
    return 'drop'
  }
}

export function countOf({ requests }: TestRegistry, kind: RequestKind): number {
  return requests.filter(kind).length
}
