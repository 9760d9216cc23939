import { createPrivateKey } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { bootDocumentSchema } from '../protocol/boot-document.ts'
import type { IsolationEvidence } from '../protocol/isolation.ts'
import { collectEvidence } from './collect-evidence.ts'
import { probeConfig, probeHelp, type ProbeConfig } from './config.ts'
import { signEvidence } from './sign-evidence.ts'
import { tryTarget } from './try-target.ts'

async function probeOnce(config: ProbeConfig): Promise<IsolationEvidence> {
  const boot = bootDocumentSchema.parse(JSON.parse(await readFile(config.boot, 'utf8')))
  const world = {
    tryTarget: (target: Parameters<typeof tryTarget>[0]) => tryTarget(target, config.timeout),
    now: () => new Date(),
    concurrency: config.concurrency,
  }
  const evidence = await collectEvidence(boot.probes, world)
  const published = config.key === undefined ? { evidence } : signEvidence(evidence, createPrivateKey(await readFile(config.key, 'utf8')))
  await writeFile(`${config.out}.new`, JSON.stringify(published), { mode: 0o644 })
  await rename(`${config.out}.new`, config.out)
  return evidence
}

function describe(evidence: IsolationEvidence): string {
  const open = evidence.open.length === 0 ? 'all closed' : `OPEN: ${evidence.open.join(', ')}`
  const closed = evidence.closedAllowed.length === 0 ? '' : `; allowed but closed: ${evidence.closedAllowed.join(', ')}`
  return `${evidence.at} ${evidence.forbidden} forbidden edges tried, ${open}${closed}`
}

async function main(): Promise<number> {
  const config = probeConfig(process.argv.slice(2))
  if (config === 'help') {
    console.log(probeHelp)
    return 0
  }
  for (;;) {
    const evidence = await probeOnce(config)
    console.log(describe(evidence))
    if (config.every === undefined) return evidence.open.length === 0 ? 0 : 1
    await delay(config.every * 1000)
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`probing isolation: ${error instanceof Error ? error.message : String(error)}`)
  return 2
})
