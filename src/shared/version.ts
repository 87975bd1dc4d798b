/** Ours, as in package.json. */
export const VERSION = '0.1.0'

/** What servers see of this program. */
export const USER_AGENT = `publish-helm-chart/${VERSION}`
