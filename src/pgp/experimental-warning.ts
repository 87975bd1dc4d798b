let isQuiet = false

/**
 * Before 22.13, Node warns that Ed25519 is experimental in its Web Crypto, which OpenPGP.js uses for it. Users cannot do
 * anything about that, and standard error is the log.
 */
export function silenceEd25519Warning(): void {
  if (isQuiet) return
  isQuiet = true
  process.emitWarning = new Proxy(process.emitWarning, {
    apply(emit, self, args: readonly unknown[]) {
      const [text, type] = args
      const isIt = type === 'ExperimentalWarning' && String(text).includes('Ed25519')
      return isIt ? undefined : Reflect.apply(emit, self, args)
    }
  })
}
