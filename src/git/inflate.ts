import { inflateSync } from 'node:zlib'
import { messageOf } from '../shared/failure.ts'
import { UnreadableRepository } from './unreadable-repository.ts'

/**
 * What a zlib stream at the beginning of `bytes` holds; what follows the stream does not count.
 * @throws UnreadableRepository, when it is damaged or holds more than `limit` bytes
 */
export function inflateObject(bytes: Buffer, limit: number): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: Math.max(limit, 1) })
  } catch (error) {
    throw new UnreadableRepository(`an object cannot be inflated (${messageOf(error)})`)
  }
}
