import type { Guest, GuestExit, GuestRuntime, Machine } from './guest.ts'

/** How long an image named `crashing` runs. */
const crashAfterMs = 1_000

/**
 * A double of guests: nothing runs, a machine is up at once and its agent answers. The name of its image, the part before `@` or `:`,
 * decides otherwise, so that tests in other processes can have failures by what they write in a resource:
 * `…/missing` cannot be pulled, `…/broken` cannot be started, `…/crashing` fails after a second, `…/stubborn` does not react to the power button.
 */
export function createInstantGuests(): GuestRuntime {
  return {
    imageProblem: (image) => Promise.resolve(imageName(image) === 'missing' ? `failed to pull ${image}: not found` : undefined),
    start: (machine) => new Promise((resolve) => resolve(startInstantGuest(machine))),
  }
}

function startInstantGuest(machine: Machine): Guest {
  const images = diskImages(machine).map(imageName)
  if (images.includes('broken')) throw new Error('its image is named broken')
  const exit = Promise.withResolvers<GuestExit>()
  if (images.includes('crashing'))
    setTimeout(() => exit.resolve({ outcome: 'failed', reason: 'its image is named crashing' }), crashAfterMs)
  return {
    agentConnected: Promise.resolve(),
    exited: exit.promise,
    stop() {
      if (!images.includes('stubborn')) exit.resolve({ outcome: 'stopped' })
    },
    force: () => exit.resolve({ outcome: 'stopped' }),
  }
}

/** The pod has a container for each containerDisk. */
const diskImages = ({ pod }: Machine): string[] =>
  pod.spec.containers.filter(({ name }) => name.startsWith('volume')).map(({ image }) => image)

function imageName(image: string): string {
  const path = image.split('@')[0] ?? ''
  return (path.split('/').at(-1) ?? '').split(':')[0] ?? ''
}
