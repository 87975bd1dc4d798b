/** What is to become of a version that exists with other content. */
export const IF_EXISTS = ['fail', 'skip', 'overwrite'] as const
export type IfExists = (typeof IF_EXISTS)[number]

/** What a run without charts ends as. */
export const IF_NO_CHARTS_FOUND = ['error', 'warn', 'ignore'] as const
export type IfNoChartsFound = (typeof IF_NO_CHARTS_FOUND)[number]
