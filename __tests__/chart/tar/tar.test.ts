import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { Parser } from 'tar'
import { toText } from '../../../src/chart/model/chart-file.ts'
import { gunzip } from '../../../src/chart/tar/gzip.ts'
import { readTar } from '../../../src/chart/tar/tar.ts'
import { helmVectors } from '../../support/charts/helm-vectors.ts'

const MIB = 1024 * 1024

test('another reader of tar files finds the same files in what helm wrote', async () => {
  for (const { name, tgz } of helmVectors('package-push')) {
    const archive = Buffer.from(tgz, 'base64')
    expect([name, ours(archive)]).toEqual([name, await theirs(archive)])
  }
})

function ours(archive: Buffer): readonly (readonly [string, number])[] {
  const unzipped = gunzip(archive, MIB)
  const read = 'member' in unzipped ? readTar(unzipped.member.body) : unzipped
  if ('problem' in read) throw new Error(read.problem.message)
  return read.tar.entries.map(({ name, body }) => [toText(name), body.length])
}

async function theirs(archive: Buffer): Promise<readonly (readonly [string, number])[]> {
  const found: (readonly [string, number])[] = []
  const parser = new Parser({
    onReadEntry: (entry) => {
      found.push([entry.path, entry.size])
      entry.resume()
    }
  })
  const ended = once(parser, 'end')
  parser.end(archive)
  await ended
  return found
}
