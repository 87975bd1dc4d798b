import { Header } from 'tar'

/** An entry of a tar file, as somebody else may write it. */
export interface TarEntry {
  readonly path: string
  readonly body?: Buffer | string
  readonly type?: ConstructorParameters<typeof Header>[0] extends infer T
    ? Extract<T, { readonly type?: unknown }>['type']
    : never
  readonly linkpath?: string
  /** What the header says, where that is not so. */
  readonly size?: number
}

/** A tar file of these entries, with its end. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(1024)])
}

function blocksOf({ path, body = '', type = 'File', linkpath, size }: TarEntry): readonly Buffer[] {
  const bytes = Buffer.from(body)
  const header = new Header({
    ...{ path, type, mode: 0o644, mtime: new Date(0), size: size ?? bytes.length },
    ...(linkpath === undefined ? {} : { linkpath })
  })
  const block = Buffer.alloc(512)
  header.encode(block)
  return [block, bytes, Buffer.alloc(-bytes.length & 511)]
}
