/** A promise that is settled from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T | Promise<T>) => void
}

/** `Promise.withResolvers` does not exist in Node 20. Nobody has to wait for the promise: a rejection is not an error then. */
export function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  promise.catch(() => undefined)
  return { promise, resolve }
}
