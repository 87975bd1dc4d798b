import { parseTarget, type Target } from '../oci/spec/reference.ts'
import { input } from '../shared/input-name.ts'
import type { Findings } from './findings.ts'

/** The targets of the entries of `registry`. */
export function parseTargets(entries: readonly string[], findings: Findings): readonly Target[] {
  const targets = entries.flatMap((entry) => parseEntry(entry, findings) ?? [])
  for (const [index, { host, path }] of targets.entries()) {
    const first = targets.findIndex((other) => other.host === host && other.path === path)
    if (first === index) continue
    const message = `${input('registry')} lists ${host}/${path} twice.`
    findings.problems.push({ message, fix: 'List each target once.' })
  }
  return targets
}

const ONE_PER_LINE = 'Separate registries by commas or lines; each is oci://host[:port]/path.'

function parseEntry(text: string, { problems, notices }: Findings): Target | undefined {
  const parsed = parseTarget(text)
  if ('problem' in parsed) {
    const { message, fix } = parsed.problem
    problems.push({ message, fix: /\s/.test(text) ? ONE_PER_LINE : fix })
    return undefined
  }
  const { target, loweredFrom } = parsed
  if (loweredFrom !== undefined) {
    notices.push(`Repository names are lower case: "${loweredFrom}" was read as "${target.path}".`)
  }
  return target
}
