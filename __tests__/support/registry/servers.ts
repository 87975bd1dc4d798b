import { afterEach } from '@jest/globals'
import { TestRegistry, type TestRegistryOptions } from './registry.ts'

/** Starts registries that are stopped after each test of the file. */
export function useRegistries(): (options?: TestRegistryOptions) => Promise<TestRegistry> {
  const running: TestRegistry[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((registry) => registry.stop()))
  })
  return async (options) => {
    const registry = await TestRegistry.start(options)
    running.push(registry)
    return registry
  }
}
