import { moltagentKind } from '../../operator/api/moltagent-kind.ts'
import type { MoltagentSpecInput } from '../../operator/api/moltagent-spec.ts'

type SpecPart = Partial<MoltagentSpecInput>

interface Options {
  readonly name?: string
  readonly namespace?: string
  /** Whole parts of spec, replacing the minimal ones. */
  readonly spec?: SpecPart
}

export interface MoltagentDocument {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: MoltagentSpecInput
}

/** The smallest valid Moltagent as a person would write it, with parts of spec replaced. */
export function moltagentDocument({ name = 'aria', namespace = 'team-a', spec = {} }: Options): MoltagentDocument {
  return {
    apiVersion: moltagentKind.apiVersion,
    kind: moltagentKind.kind,
    metadata: { name, namespace },
    spec: { nextcloud: { hostname: 'cloud.example.org' }, agent: { account: 'aria', operators: ['alice'] }, ...spec },
  }
}
