import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { bootDocumentSchema, type BootDocument } from '../../../runtime/protocol/boot-document.ts'
import type { Guest, GuestRuntime, Machine } from '../guest.ts'
import { runCommand } from '../network/run-command.ts'
import { prepareGuestFolder } from './guest-folder.ts'
import { podCommand } from './pod-command.ts'
import { rolePrograms, type RolePrograms } from './role-programs.ts'
import { supervisePrograms } from './supervise-programs.ts'

export interface ProcessGuestOptions {
  /** Each guest has a folder in it while it runs. */
  readonly stateFolder: string
  readonly projectFolder: string
  readonly node: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The Ollama program and a store with the models of these images, by their digests. Throws when one cannot be had. */
  readonly ollamaFor: (modelImages: readonly string[], folder: string) => Promise<NonNullable<RolePrograms['ollama']>>
}

/** What process guests read of a machine: its volumes by name. */
const volumesSchema = z.object({
  volumes: z
    .array(
      z.object({
        name: z.string(),
        cloudInitNoCloud: z.object({ secretRef: z.object({ name: z.string() }).optional() }).optional(),
        persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
        containerDisk: z.object({ image: z.string() }).optional(),
      }),
    )
    .default([]),
})

type Volumes = z.infer<typeof volumesSchema>['volumes']

/**
 * Guests whose programs run as processes in the pod's network namespace, under the same policies as any guest. The image is not looked at:
 * what runs is this checkout's, with Nextcloud as its double. All of a guest's programs have the node's user: uids are not kept apart.
 */
export function createProcessGuests(options: ProcessGuestOptions): GuestRuntime {
  return { imageProblem: () => Promise.resolve(undefined), start: (machine) => startProcessGuest(machine, options) }
}

async function startProcessGuest(machine: Machine, options: ProcessGuestOptions): Promise<Guest> {
  const { netns } = machine.attachment
  if (netns === undefined)
    throw new Error('starting a process guest: its pod has no network namespace; process guests need the enforced network')
  const volumes = volumesSchema.parse(machine.instance.spec).volumes
  const boot = await readBootDocument(machine, volumes)
  const folder = join(options.stateFolder, machine.pod.metadata.uid)
  await prepareGuestFolder({ path: folder, boot, projectFolder: options.projectFolder })
  const programs = rolePrograms({
    ...options,
    boot,
    folder,
    ...(await dataFolder(machine, volumes)),
    ...(await models(boot, volumes, folder, options)),
  })
  const place = { netns, hostsFile: join(folder, 'hosts'), resolverFile: join(folder, 'resolv.conf') }
  return supervisePrograms({
    programs,
    place: (command) => podCommand(place, command),
    logFolder: join(folder, 'logs'),
    environment: options.environment,
    cleanUp: async () => {
      await endStragglers(netns)
      await rm(folder, { recursive: true, force: true })
    },
  })
}

/** Children that outlived their program, such as the workers of a killed server. */
async function endStragglers(netns: string): Promise<void> {
  const pids = (await runCommand('ip', ['netns', 'pids', netns])).split('\n').filter((pid) => pid !== '')
  for (const pid of pids) killIfThere(Number(pid))
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function readBootDocument(machine: Machine, volumes: Volumes): Promise<BootDocument> {
  const name = volumes.find((volume) => volume.name === 'boot')?.cloudInitNoCloud?.secretRef?.name
  if (name === undefined) throw new Error("reading a guest's boot document: its machine has no volume `boot` with a Secret")
  const userData = (await machine.readSecret(name))['userdata']
  if (userData === undefined) throw new Error(`reading a guest's boot document: Secret ${name} has no key userdata`)
  const parsed = bootDocumentSchema.safeParse(JSON.parse(userData.toString('utf8')))
  if (!parsed.success)
    throw new Error(`reading a guest's boot document: Secret ${name} does not hold one: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

async function dataFolder(machine: Machine, volumes: Volumes): Promise<{ readonly dataFolder?: string }> {
  const claim = volumes.find((volume) => volume.name === 'data')?.persistentVolumeClaim?.claimName
  return claim === undefined ? {} : { dataFolder: await machine.claimFolder(claim) }
}

async function models(
  boot: BootDocument,
  volumes: Volumes,
  folder: string,
  options: ProcessGuestOptions,
): Promise<Pick<RolePrograms, 'ollama'>> {
  if (boot.role !== 'ollama') return {}
  const images = volumes
    .filter(({ name }) => name.startsWith('model-'))
    .flatMap(({ containerDisk }) => (containerDisk ? [containerDisk.image] : []))
  const store = join(folder, 'models')
  await mkdir(store)
  return { ollama: await options.ollamaFor(images, store) }
}
