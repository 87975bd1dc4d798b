import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
}

const MANIFEST = join(import.meta.dirname, '..', '..', '..', 'action.yml')

/**
 * The variables of the inputs: those that are given, of the others their defaults, empty without one
 * (actions/runner, Handler.AddInputsToEnvironment). Hyphens stay.
 */
export function inputVariables(
  given: Readonly<Record<string, string>>
): Readonly<Record<string, string>> {
  const all = { ...defaults(), ...given }
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value
    ])
  )
}

/** The warning about inputs that action.yml does not have; undefined when there are none (ActionRunner). */
export function unexpectedInputs(given: Readonly<Record<string, string>>): string | undefined {
  const valid = Object.keys(defaults())
  const unexpected = Object.keys(given).filter((name) => !valid.includes(name))
  if (unexpected.length === 0) return undefined
  return `Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${valid.join("', '")}']`
}

function defaults(): Readonly<Record<string, string>> {
  const { inputs } = parse(readFileSync(MANIFEST, 'utf8')) as Manifest
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, String(input.default ?? '')])
  )
}
