import { aptInstall, ensurePrograms, networkPrograms } from './debian-packages.ts'

ensurePrograms(networkPrograms, {
  searchPath: process.env['PATH'] ?? '',
  isRoot: process.getuid?.() === 0,
  say: (line) => console.log(line),
  install: aptInstall,
})
