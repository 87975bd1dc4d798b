import type { InspectInput, InspectRequest } from '../inspect/inspection.ts'
import { parseVersionReference } from '../publish/model/version-reference.ts'
import { failureOf, type Problem } from '../shared/failure.ts'
import { findingsIn } from './findings.ts'
import { parseAccess } from './parse-access.ts'
import type { SecretInputs } from './secret-inputs.ts'
import { type InputTexts, parseValues } from './values.ts'

/** The arguments of `inspect` as a face got them. */
export interface InspectTexts {
  readonly inputs: readonly string[]
  readonly texts: InputTexts
  readonly secrets: SecretInputs
}

/** @throws Failure usage, with everything that is wrong */
export function parseInspectRequest({ inputs: texts, ...given }: InspectTexts): InspectRequest {
  const findings = findingsIn(given.secrets)
  const { problems, warnings, notices } = findings
  if (texts.length === 0) problems.push(NO_INPUTS)
  const inputs = texts.flatMap((text) => parseInput(text, problems) ?? [])
  const hosts = inputs.flatMap((parsed) => {
    return 'reference' in parsed ? [parsed.reference.repository.host] : []
  })
  const values = parseValues(given.texts, problems)
  const secrets = given.secrets
  const access = parseAccess({ values, secrets, hosts, others: 'never' }, findings)
  if (problems.length > 0) throw failureOf('usage', problems)
  return { ...access, warnings, notices, inputs, requireGenuine: values.requireGenuine }
}

const NO_INPUTS: Problem = {
  message: '`inspect` needs an archive, a chart directory or a reference.',
  fix: 'Give archives (.tgz files), chart directories, or references (oci://host/path/name:tag).'
}

function parseInput(text: string, problems: Problem[]): InspectInput | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { input: text, path: text }
  const parsed = parseVersionReference(text)
  if ('reference' in parsed) return { input: text, reference: parsed.reference }
  problems.push(parsed.problem)
  return undefined
}
