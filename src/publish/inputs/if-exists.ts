/** What is to become of a version that exists with other content. */
export const IF_EXISTS = ['fail', 'skip', 'overwrite'] as const
export type IfExists = (typeof IF_EXISTS)[number]
