import { join } from 'node:path'

/** Where a PersistentVolume keeps its files on this node. */
export const volumeFolder = (volumesFolder: string, volumeName: string): string => join(volumesFolder, volumeName)
