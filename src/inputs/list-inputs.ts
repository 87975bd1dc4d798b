import type { ListRequest } from '../list/listing.ts'
import { parseTarget, type Repository, withoutUser } from '../oci/spec/reference.ts'
import { failureOf, type Problem } from '../shared/failure.ts'
import { findingsIn } from './findings.ts'
import { parseAccess } from './parse-access.ts'
import type { SecretInputs } from './secret-inputs.ts'
import { type InputTexts, parseValues } from './values.ts'

/** The arguments of `list` as a face got them. */
export interface ListTexts {
  readonly repositories: readonly string[]
  readonly texts: InputTexts
  readonly secrets: SecretInputs
}

/** @throws Failure usage, with everything that is wrong */
export function parseListRequest({ repositories, texts, secrets }: ListTexts): ListRequest {
  const findings = findingsIn(secrets)
  const { problems, warnings, notices } = findings
  const [first, ...more] = repositories
  if (first === undefined) problems.push(NO_REPOSITORY)
  if (more.length > 0) problems.push(SEVERAL)
  const repository = first === undefined ? undefined : parseRepository(first, problems)
  const hosts = repository ? [repository.host] : []
  const values = parseValues(texts, problems)
  const access = parseAccess({ values, secrets, hosts, others: 'never' }, findings)
  if (problems.length > 0 || !repository) throw failureOf('usage', problems)
  return { ...access, warnings, notices, repository, limit: values.limit }
}

const FORM = 'Write it as oci://host[:port]/path/name.'

const NO_REPOSITORY: Problem = {
  message: '`list` needs a chart.',
  fix: 'Give the repository of a published chart (oci://host/path/name).'
}

const SEVERAL: Problem = {
  message: '`list` shows one chart, but several are given.',
  fix: 'Run it once for each chart.'
}

/** A repository, which has neither a tag nor a digest; the scheme has to be there, as for the other commands. */
function parseRepository(text: string, problems: Problem[]): Repository | undefined {
  if (!text.startsWith('oci://')) return refuse(text, 'its scheme is not "oci"', FORM, problems)
  const pointer = /^oci:\/\/[^/@]+\/[^:@]+([:@].+)$/s.exec(text)?.[1]
  if (pointer !== undefined && withoutUser(text) === text) {
    const fix = `Leave "${pointer}" out; \`publish-helm-chart inspect\` checks a single version.`
    return refuse(text, 'it names a single version', fix, problems)
  }
  const parsed = parseTarget(text)
  if ('problem' in parsed) {
    problems.push(parsed.problem)
    return undefined
  }
  const { host, path } = parsed.target
  if (parsed.loweredFrom !== undefined) {
    const fix = `Registries only allow lower case: write it as oci://${host}/${path}.`
    return refuse(text, 'it has upper case', fix, problems)
  }
  return path === ''
    ? refuse(text, 'it does not name a chart', FORM, problems)
    : { host, name: path }
}

function refuse(text: string, why: string, fix: string, problems: Problem[]): undefined {
  problems.push({ message: `The reference "${withoutUser(text)}" is not valid: ${why}.`, fix })
  return undefined
}
