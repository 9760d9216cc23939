import { findControlPlane } from './find-control-plane.ts'
import { up } from './up.ts'
import { help, parseUpOptions } from './up-options.ts'

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort())

const log = (line: string): void => console.error(line)

async function run([command, ...parameters]: readonly string[]): Promise<void> {
  const environment = process.env
  const { signal } = stop
  if (command === undefined || command === 'help' || [command, ...parameters].includes('--help')) {
    console.log(help)
  } else if (command === 'binaries') {
    const { binaries } = await findControlPlane(environment, log, signal)
    for (const [name, path] of Object.entries(binaries)) console.log(`${name.padEnd(24)} ${path}`)
  } else if (command === 'up') {
    await up(parseUpOptions(parameters), {
      environment,
      log,
      signal,
      onReady: (kubeconfig) => console.log(`ready\nkubeconfig: ${kubeconfig}\nCtrl-C stops everything.`),
    })
  } else {
    throw new Error(`there is no command ${command}; see npm run local -- --help`)
  }
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(`local: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
