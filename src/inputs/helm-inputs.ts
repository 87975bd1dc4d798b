import { type HelmVersion, PINNED_VERSION, parseHelmVersion } from '../helm/helm-version.ts'
import { withoutUser } from '../oci/spec/reference.ts'
import type { PublishRequest } from '../publish/model/request.ts'
import { parseEpoch } from '../shared/epoch.ts'
import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { InputValues } from './values.ts'

type HelmValues = Pick<
  InputValues,
  'helmVersion' | 'helmSha256' | 'helmDownloadUrl' | 'sourceDateEpoch'
>

/** Which helm packages, and the time that it stamps into archives. */
export function parseHelm(
  values: HelmValues,
  problems: Problem[]
): Pick<PublishRequest, keyof HelmValues> {
  return {
    helmVersion: parseVersion(values.helmVersion, problems),
    helmSha256: parseSha256(values, problems),
    helmDownloadUrl: parseUrl(values.helmDownloadUrl, problems),
    sourceDateEpoch: parseSeconds(values.sourceDateEpoch, problems)
  }
}

function parseVersion(text: string | undefined, problems: Problem[]): HelmVersion | undefined {
  const version = text === undefined ? undefined : parseHelmVersion(text)
  if (text === undefined || version) return version
  const message = `${input('helm-version')} is "${text}", which is not a Helm version.`
  problems.push({ message, fix: `Write it like ${PINNED_VERSION.text}, or leave it out.` })
  return undefined
}

function parseSha256(
  { helmSha256, helmVersion }: HelmValues,
  problems: Problem[]
): string | undefined {
  if (helmSha256 === undefined) return undefined
  if (!/^[0-9a-fA-F]{64}$/.test(helmSha256)) {
    const message = `${input('helm-sha256')} is not a SHA-256.`
    problems.push({ message, fix: 'Give 64 hexadecimal digits.' })
    return undefined
  }
  if (helmVersion !== undefined) return helmSha256
  const message = `${input('helm-sha256')} is given without the version that it belongs to.`
  problems.push({ message, fix: `Set ${input('helm-version')} as well.` })
  return undefined
}

function parseUrl(text: string, problems: Problem[]): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : ''
  if (protocol !== 'https:' && protocol !== 'http:') {
    const message = `${input('helm-download-url')} is "${withoutUser(text)}", which is not an http or https URL.`
    problems.push({ message, fix: 'Use a URL such as https://get.helm.sh.' })
  }
  return text
}

function parseSeconds(text: string | undefined, problems: Problem[]): number | undefined {
  const epoch = text === undefined ? undefined : parseEpoch(text)
  if (text === undefined || epoch !== undefined) return epoch
  const message = `${input('source-date-epoch')} is "${text}", which is not a number of seconds since 1970.`
  problems.push({ message, fix: 'Use whole seconds, as `git log -1 --format=%ct` prints them.' })
  return undefined
}
