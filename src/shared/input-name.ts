/** How a face names an input to its users, with a value where one is meant. */
export type InputNaming = (name: string, value?: string) => string

let naming: InputNaming = (name, value) => {
  return value === undefined ? `\`${name}\`` : `\`${name}: ${value}\``
}

/**
 * Names an input in a message as the user knows it: `if-exists` in the action, --if-exists in the command. Only for texts
 * that are made while the program runs, when the face has said how it names inputs.
 */
export function input(name: string, value?: string): string {
  return naming(name, value)
}

/** The face says once, before anything else, how its users know inputs. Without it they are named as in action.yml. */
export function nameInputsBy(faceNaming: InputNaming): void {
  naming = faceNaming
}

/** From now on one input is named otherwise: it came later than the others, and from elsewhere. */
export function renameInput(renamed: string, text: string): void {
  const others = naming
  naming = (name, value) => (name === renamed ? text : others(name, value))
}
