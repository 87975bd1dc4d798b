/** ACTIONS_RUNTIME_TOKEN, ACTIONS_ID_TOKEN_REQUEST_TOKEN and what may follow them (actions/runner, JobExtension). */
const RUNNER_TOKEN = /^ACTIONS_.*TOKEN$/

/** Removes the tokens that GitHub's runner gives to JavaScript actions, unread: nothing of ours needs them. */
export function dropRunnerTokens(environment: Record<string, string | undefined>): void {
  for (const name of Object.keys(environment)) {
    if (RUNNER_TOKEN.test(name)) delete environment[name]
  }
}
