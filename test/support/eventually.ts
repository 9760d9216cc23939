/** Waits until the condition holds; rejects after a hang limit, saying what never came true. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, limitMs = 20_000, everyMs = 10): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
