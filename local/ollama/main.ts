import { modelPackages } from './model-packages.ts'
import { ollamaProgram, testModelFile } from './ollama-program.ts'

const help = `Usage: node local/ollama/main.ts program | model NAME

  program      prints the path of an Ollama program: MOLTAGENT_OLLAMA's, the cache's, or one built now from its Go module
  model NAME   prints the path of a small model's file: ${modelPackages.map((model) => model.name).join(', ')}
`

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort())
const surroundings = { environment: process.env, progress: (line: string) => console.error(line), signal: stop.signal }

const [command, name] = process.argv.slice(2)
try {
  if (command === 'program') console.log(await ollamaProgram(surroundings))
  else if (command === 'model' && name !== undefined) console.log(await testModelFile(name, surroundings))
  else {
    console.log(help)
    process.exitCode = command === '--help' ? 0 : 1
  }
} catch (error) {
  console.error(`ollama: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
