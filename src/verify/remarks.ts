import { MOST_REFERRERS } from '../artifact/attached-bundles.ts'
import { tagMismatch, USE_DIGEST } from '../artifact/fetch-manifest.ts'
import { storedContent } from '../artifact/stored-content.ts'
import type { FetchedTrust } from './fetch-trust.ts'
import type { TrustProblem } from './trust-report.ts'

/** What is to be said beside the decision. */
export function remarksOn(fetched: FetchedTrust): readonly TrustProblem[] {
  const { gone, unread } = fetched.attached
  return [
    ...contentRemarks(fetched),
    ...tagRemarks(fetched),
    ...gone.map(goneRemark),
    ...(unread.length > 0 ? [unreadRemark(unread.length)] : []),
    ...fetched.failures.map(({ message, fix }) => {
      return warning({ code: 'statement-unreadable', message, fix })
    })
  ]
}

/** Statements can be about anything that a registry has. */
function contentRemarks({ root }: FetchedTrust): readonly TrustProblem[] {
  const content = storedContent(root.bytes, root.headers.contentType)
  if (content.kind === 'chart') return []
  const what = content.kind === 'other' ? `It is not a chart, but ${content.what}` : NO_CHART
  const fix = 'Run `publish-helm-chart inspect` for details.'
  return [warning({ code: 'verified-no-chart', message: `${what}.`, fix })]
}

const NO_CHART = 'Helm cannot use it as a chart'

function tagRemarks({ reference, taggedDigest }: FetchedTrust): readonly TrustProblem[] {
  const message = tagMismatch(reference, taggedDigest)
  return message === undefined
    ? []
    : [warning({ code: 'tag-not-digest', message, fix: USE_DIGEST })]
}

function goneRemark(digest: string): TrustProblem {
  const message = `The index names a signature that the registry no longer has (cleanup?): ${digest}.`
  const fix = 'Exclude signatures from the cleanup, and sign the version again.'
  return warning({ code: 'statement-gone', message, fix })
}

function unreadRemark(count: number): TrustProblem {
  const message = `${MOST_REFERRERS + count} manifests may be statements. Only ${MOST_REFERRERS} were read; the others were not verified.`
  const fix = 'Remove those that are not needed.'
  return warning({ code: 'statements-unread', message, fix })
}

function warning(problem: Omit<TrustProblem, 'severity'>): TrustProblem {
  const { code, message, fix } = problem
  return { code, severity: 'warning', message, fix }
}
