import { isObject, parseJson } from '../shared/json.ts'

/** What a config says of its chart; null where it says nothing. */
export interface ConfigFacts {
  readonly name: string | null
  readonly version: string | null
  readonly appVersion: string | null
}

/** Reads the config of a chart as far as it can be read: it may be anything. */
export function configFacts(config: Buffer | undefined): ConfigFacts {
  const json = config && parseJson(config)
  const read = (key: string) => {
    const value = isObject(json) ? json[key] : undefined
    return typeof value === 'string' && value !== '' ? value : null
  }
  return { name: read('name'), version: read('version'), appVersion: read('appVersion') }
}
