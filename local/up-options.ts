import { parseArgs } from 'node:util'
import { z } from 'zod'
import { guestKinds } from './run-options.ts'

export interface UpOptions {
  readonly guests: (typeof guestKinds)[number]
  /** Kept between runs; without it everything is temporary. */
  readonly stateFolder?: string
  /** Where to write the administrator's kubeconfig too. */
  readonly kubeconfig?: string
  readonly withOperator: boolean
}

export const help = `Usage: npm run local -- COMMAND [OPTIONS]

Commands
  up         a real Kubernetes and KubeVirt API on this machine, a node for it, and the operator; stays until Ctrl-C
  binaries   only find the control plane's programs: cache, download, or build with Go

Options of up
  --guests KIND        what stands for a virtual machine: ${guestKinds.join(', ')} (default instant: nothing runs)
  --state DIR          keep everything in DIR and carry it on the next time (default: temporary)
  --kubeconfig FILE    write the administrator's kubeconfig to FILE too; it is removed at the end
  --without-operator   do not install the chart
  --help               this text

Environment
  MOLTAGENT_CONTROL_PLANE   a folder that holds the control plane's programs
  KUBEBUILDER_ASSETS        the same, used by other projects: what is missing in it is looked for elsewhere
  XDG_CACHE_HOME            where downloads and builds are kept (default ~/.cache)
`

function guestKind(text: string): UpOptions['guests'] {
  const kind = z.enum(guestKinds).safeParse(text)
  if (!kind.success) throw new Error(`--guests must be one of ${guestKinds.join(', ')}, not ${text}`)
  return kind.data
}

/** Throws a sentence for anything that is no option. */
export function parseUpOptions(parameters: readonly string[]): UpOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      guests: { type: 'string', default: 'instant' },
      state: { type: 'string' },
      kubeconfig: { type: 'string' },
      'without-operator': { type: 'boolean', default: false },
    },
  })
  return {
    guests: guestKind(values.guests),
    ...(values.state === undefined ? {} : { stateFolder: values.state }),
    ...(values.kubeconfig === undefined ? {} : { kubeconfig: values.kubeconfig }),
    withOperator: !values['without-operator'],
  }
}
