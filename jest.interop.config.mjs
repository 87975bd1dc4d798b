import unit from './jest.config.mjs'

/** The tests against real registries and clients; each may start servers and run helm many times. */
/** @type {import('jest').Config} */
export default {
  ...unit,
  testMatch: ['<rootDir>/__tests__/interop/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/__tests__/interop/sigstore'],
  testTimeout: 120_000
}
