import { ensurePrograms, networkPrograms, realSetupWorld } from './debian-packages.ts'

ensurePrograms(networkPrograms, realSetupWorld(console.log))
