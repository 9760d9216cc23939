import { ensurePrograms, networkPrograms, processGuestPrograms, realSetupWorld } from './debian-packages.ts'

ensurePrograms([...networkPrograms, ...processGuestPrograms], realSetupWorld(console.log))
