/** As many of the pieces, from the first on, as fit. */
export interface Fitting {
  readonly shown: readonly string[]
  /** How many did not fit. */
  readonly left: number
}

/** Takes pieces of HTML up to `limitBytes` of UTF-8, line ends included. */
export function fitting(pieces: readonly string[], limitBytes: number): Fitting {
  let free = limitBytes
  const end = pieces.findIndex((piece) => {
    free -= Buffer.byteLength(piece) + 1
    return free < 0
  })
  const count = end === -1 ? pieces.length : end
  return { shown: pieces.slice(0, count), left: pieces.length - count }
}
