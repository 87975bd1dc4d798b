import type { PublishRequest } from '../publish/model/request.ts'
import { failureOf, type Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { parseAnnotations } from './annotations-input.ts'
import { findingsIn } from './findings.ts'
import { parseHelm } from './helm-inputs.ts'
import { parseAccess } from './parse-access.ts'
import { parseTargets } from './parse-targets.ts'
import type { SecretInputs } from './secret-inputs.ts'
import { parseSelection } from './selection.ts'
import { type InputTexts, type InputValues, parseValues } from './values.ts'

/** Inputs as a face got them; files of PEM text have been read. */
export interface Inputs extends SecretInputs {
  readonly texts: InputTexts
}

/** @throws Failure usage, with every problem of every input */
export function parseInputs({ texts, ...secrets }: Inputs): PublishRequest {
  const findings = findingsIn(secrets)
  const { problems, notices, warnings } = findings
  const values = parseValues(texts, problems)
  const targets = parseTargets(values.registry, findings)
  const hosts = targets.map(({ host }) => host)
  const request: PublishRequest = {
    ...plainOf(values),
    ...parseAccess({ values, secrets, hosts }, findings),
    ...parseHelm(values, problems),
    charts: parseSelection(values.chart),
    targets,
    annotations: parseAnnotations(values.annotations, problems),
    warnings,
    notices
  }
  if (request.ociLayout !== undefined && targets.length > 0) problems.push(layoutAndRegistry())
  if (texts.registry?.trim() === '') notices.push(...unusedLogin(secrets))
  if (problems.length > 0) throw failureOf('usage', problems)
  return request
}

/** The inputs that need no more than their kind says: they are in the request under their own names. */
function plainOf(values: InputValues) {
  const {
    chart,
    registry,
    username,
    tokenHosts,
    annotations,
    summary,
    helmVersion,
    helmSha256,
    helmDownloadUrl,
    sourceDateEpoch,
    ca,
    clientCert,
    insecureSkipTlsVerify,
    plainHttp,
    timeout,
    ...plain
  } = values
  return plain
}

/** An action has `registry` always, `package` never: one that is empty may come from a variable that is not set. */
function unusedLogin({ password, identityToken, registryAuth }: SecretInputs): readonly string[] {
  const given = [
    password && input('password'),
    identityToken && input('identity-token'),
    registryAuth && input('registry-auth')
  ]
  const names = given.filter((name) => name !== undefined)
  if (names.length === 0) return []
  return [
    `${input('registry')} is empty, so charts are packaged and not published, and ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not used. To publish, set ${input('registry')}.`
  ]
}

function layoutAndRegistry(): Problem {
  const message = `${input('oci-layout')} saves charts for a later run, but ${input('registry')} is given too.`
  const fix = `Do not set ${input('registry')}, and publish ${input('chart', 'oci-layout:FOLDER')} in a second step.`
  return { message, fix }
}
