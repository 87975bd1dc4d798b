import { type ChartProblem, chartWarning } from '../chart/model/problem.ts'

const FIX = 'Sign the archive again with `helm package --sign`, and publish both.'
/** An entry of `files:` in what is signed (helm, pkg/provenance, SumCollection). */
const ENTRY = /^[ \t]+["']?([^\r\n]*?)["']?:[ \t]*["']?(sha256:[0-9a-f]{64})["']?[ \t]*\r?$/gm

/**
 * What is wrong with provenance: `helm pull --verify` wants the digest of the archive under the name by which Helm pulls
 * it.
 * @param name of the file that Helm makes of the chart; undefined where the chart cannot be read
 */
export function provenanceProblems(
  provenance: Buffer,
  digest: string,
  name: string | undefined
): readonly ChartProblem[] {
  const entries = [...provenance.toString('utf8').matchAll(ENTRY)]
  const names = entries.filter(([, , sum]) => sum === digest).map(([, file = '']) => file)
  const isNamed = name === undefined ? names.length > 0 : names.includes(name)
  if (isNamed) return []
  const [other] = names
  const message =
    other === undefined
      ? `The provenance does not name the archive, ${digest}: \`helm pull --verify\` refuses it.`
      : `The provenance is for the file "${other}", but Helm pulls the chart as "${name}": \`helm pull --verify\` refuses it.`
  return [chartWarning('provenance-contradicts-chart', message, FIX)]
}

/** By which name Helm pulls a chart, and `helm package` writes it (helm, pkg/chart/v2/util/save.go). */
export function archiveName({
  name,
  version
}: {
  readonly name: string
  readonly version: string
}): string {
  return `${name}-${version}.tgz`
}
