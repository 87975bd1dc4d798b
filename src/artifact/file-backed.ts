import type { ChartArchive } from '../chart/archive.ts'
import { type Blob, digestOf } from '../oci/spec/blob.ts'
import { Failure } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { readAt, withRegularFileSync } from '../shared/regular-file.ts'
import type { ChartArtifact } from './artifact.ts'

/** To read less again costs more than to hold it. */
const LARGE_BYTES = 1024 * 1024

/** An archive, and the artifact that it makes. */
interface ArchivedChart {
  readonly archive: ChartArchive
  readonly artifact: ChartArtifact
}

/**
 * The chart with an archive whose bytes are read from its file when they are needed, unless they are in memory still:
 * in a run over many large charts, which all wait until each of them is valid, memory would have to hold all of them.
 * @param path of the archive, in the private folder of the run
 */
export function fileBacked(path: string, { archive, artifact }: ArchivedChart): ArchivedChart {
  if (artifact.chart.size < LARGE_BYTES) return { archive, artifact }
  const read = weakBytes(path, artifact.chart)
  const { mediaType, digest, size } = artifact.chart
  const chart: Blob = {
    mediaType,
    digest,
    size,
    get bytes() {
      return read()
    }
  }
  const layers = artifact.layers.map((layer) => (layer.digest === digest ? chart : layer))
  const backed = {
    ...archive,
    get bytes() {
      return read()
    }
  }
  return { archive: backed, artifact: { ...artifact, chart, layers } }
}

/** Gives the bytes of a file in the private folder of the run, which nobody else changes. */
function weakBytes(path: string, { bytes, digest, size }: Blob): () => Buffer {
  let known = new WeakRef(bytes)
  return () => {
    const held = known.deref()
    if (held) return held
    const again = readAgain(path, size)
    if (digestOf(again) !== digest) throw changed(path, 'was changed during the run')
    known = new WeakRef(again)
    return again
  }
}

function readAgain(path: string, size: number): Buffer {
  try {
    return withRegularFileSync(path, (file) => readAt(file, 0, size))
  } catch (error) {
    throw changed(path, `can no longer be read: ${fileFault(error)}`, error)
  }
}

function changed(path: string, what: string, cause?: unknown): Failure {
  const message = `The archive "${path}" ${what}.`
  const fix = 'Make sure that no other process writes to the temporary folder.'
  return new Failure('chart', { message, fix }, cause)
}
