import { tagOf } from '../chart/metadata/chart-version.ts'
import type { InspectInput, InspectRequest } from '../inspect/inspection.ts'
import type { RegistryAccess } from '../oci/access.ts'
import { parseReference } from '../oci/spec/reference.ts'
import { Failure, failureOf, type Problem } from '../shared/failure.ts'
import { type Inputs, parseInputs } from './inputs.ts'
import type { SecretInputs } from './secret-inputs.ts'

/** The flags of `inspect` as a face got them. */
export interface InspectTexts {
  readonly inputs: readonly string[]
  /** Those about logins and connections, by the names that they have for publishing. */
  readonly texts: Inputs['texts']
  readonly secrets: SecretInputs
  readonly requireGenuine: string | undefined
}

/** @throws Failure usage, with everything that is wrong */
export function parseInspectRequest(texts: InspectTexts): InspectRequest {
  const problems: Problem[] = []
  const inputs = texts.inputs.flatMap((input) => {
    const parsed = parseInput(input)
    if ('problem' in parsed) problems.push(parsed.problem)
    return 'problem' in parsed ? [] : [parsed]
  })
  if (texts.inputs.length === 0) problems.push(NO_INPUTS)
  const hosts = inputs.flatMap((input) => {
    return 'reference' in input ? [input.reference.repository.host] : []
  })
  const access = parseAccess(texts, hosts, problems)
  if (problems.length > 0 || !access) throw failureOf('usage', problems)
  return { ...access, inputs, requireGenuine: texts.requireGenuine !== 'false' }
}

const NO_INPUTS: Problem = {
  message: '`inspect` needs something to inspect.',
  fix: 'Name archives (.tgz files) or references (oci://host/path/name:tag).'
}

function parseInput(input: string): InspectInput | { readonly problem: Problem } {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(input)) return { input, path: input }
  const parsed = parseReference(withPlusInTag(input))
  return 'problem' in parsed ? parsed : { input, reference: parsed.reference }
}

/** A version may be given for the tag that Helm makes of it. */
function withPlusInTag(input: string): string {
  return input.replace(/:[^:/@]*(?=@|$)/, (tag) => tagOf(tag))
}

/** Logins and connections, by the rules of publishing to `hosts`. Without any there is no `registry` that could be empty. */
function parseAccess(
  { texts, secrets }: InspectTexts,
  hosts: readonly string[],
  problems: Problem[]
): RegistryAccess | undefined {
  try {
    const registry = [...new Set(hosts)].join('\n')
    return parseInputs({ texts: { ...texts, ...(registry && { registry }) }, ...secrets })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    problems.push(error)
    return undefined
  }
}
