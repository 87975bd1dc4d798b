/** Something secret in a file of a chart. */
export interface Leak {
  readonly kind: 'key' | 'login'
  /** A noun: "RSA private key", "npm token". */
  readonly what: string
  /** Offset in the bytes of the file. */
  readonly at: number
}

/** Says what is secret about what begins at a marker; undefined where nothing is. */
export type Detector = (file: Buffer, at: number) => Omit<Leak, 'at'> | undefined

/** A text that files with something secret hold, byte by byte, and what says whether it is. */
export interface Marker {
  readonly text: string
  readonly detect: Detector
}
