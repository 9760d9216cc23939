import assert from 'node:assert/strict'

/** Asserts that the server refuses, and that a person can read why. */
export async function assertRefused(sent: Promise<unknown>, sentence: string): Promise<void> {
  const message = await sent.then(
    () => assert.fail(`it was accepted; expected the refusal “${sentence}”`),
    (error: unknown) => String(error),
  )
  assert.ok(message.includes(sentence), `expected “${sentence}” in: ${message}`)
}
