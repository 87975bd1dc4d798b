import interop from './jest.interop.config.mjs'

/**
 * Signatures against real services of Sigstore and real clients. Apart, since building these takes a fresh machine ten
 * minutes and more, which the other tests need not wait for.
 */
/** @type {import('jest').Config} */
export default {
  ...interop,
  testMatch: ['<rootDir>/__tests__/interop/sigstore*.test.ts'],
  testPathIgnorePatterns: [],
  // Their timestamp authority has one fixed port, so that they would wait for each other longer than a hook may.
  maxWorkers: 1
}
