/** Variables of a process; those that are not set are undefined. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The variables that `isAllowed` names: what a child may see is listed, so that no secret can be among it. */
export function allowedPart(
  environment: Environment,
  isAllowed: (name: string) => boolean
): Readonly<Record<string, string>> {
  const passed = Object.entries(environment).flatMap(([name, value]) => {
    return value !== undefined && isAllowed(name) ? [[name, value] as const] : []
  })
  return Object.fromEntries(passed)
}
