import { createHash, type Hash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { messageOf } from '../shared/failure.ts'
import { UnreadableRepository } from './repository-file.ts'

/** By their numbers in packs (gitformat-pack, "object types"). */
export const OBJECT_TYPES: ReadonlyMap<number, ObjectType> = new Map([
  [1, 'commit'],
  [2, 'tree'],
  [3, 'blob'],
  [4, 'tag']
])

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag'

/** The id of an object in full, lower-case hex: 40 digits in SHA-1 repositories, 64 in SHA-256 ones. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

/** A hash that has begun as the id of an object does: its content is to be added. `like` is an id of the repository. */
export function beginObjectId(type: ObjectType, size: number, like: string): Hash {
  const algorithm = like.length === 40 ? 'sha1' : 'sha256'
  return createHash(algorithm).update(`${type} ${size}\0`)
}

/** The id that git gives an object. `like` is an id of the repository. */
export function objectId(type: ObjectType, bytes: Buffer, like: string): string {
  return beginObjectId(type, bytes.length, like).update(bytes).digest('hex')
}

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
