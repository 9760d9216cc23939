import { findBinaries } from '../../local/control-plane/find-binaries.ts'

/** A process of its own that looks for binaries as its argument says, for a test to kill. */
const search = JSON.parse(process.argv[2] ?? '') as { moduleFolder: string; cacheFolder: string; environment: Record<string, string> }
await findBinaries({ ...search, progress: () => undefined, signal: new AbortController().signal, sites: undefined, neededBytes: 0 })
