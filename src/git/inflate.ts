import { promisify } from 'node:util'
import { type InputType, inflate, type ZlibOptions } from 'node:zlib'
import { messageOf } from '../shared/failure.ts'
import { UnreadableRepository } from './unreadable-repository.ts'

const inflateAll: (input: InputType, options: ZlibOptions) => Promise<Buffer> = promisify(inflate)

/**
 * What a zlib stream at the beginning of `bytes` holds; what follows the stream does not count.
 * @throws UnreadableRepository, when it is damaged or holds more than `limit` bytes
 */
export async function inflateObject(bytes: Buffer, limit: number): Promise<Buffer> {
  return inflateAll(bytes, { maxOutputLength: Math.max(limit, 1) }).catch((error: unknown) => {
    throw new UnreadableRepository(`an object cannot be inflated (${messageOf(error)})`)
  })
}
