/** What is done about dependencies: fetch what is missing or stale, ignore the lock, or only look. */
export const DEPENDENCY_MODES = ['build', 'update', 'check'] as const
export type DependencyMode = (typeof DEPENDENCY_MODES)[number]
