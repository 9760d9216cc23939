import { fieldManagers } from '../api/field-managers.ts'
import { finalizer } from '../api/finalizer.ts'
import { moltagentKind } from '../api/moltagent-kind.ts'
import type { Moltagent } from '../api/moltagent.ts'
import type { ReconcileContext } from './context.ts'
import { projectMoltagent } from './project-moltagent.ts'

/** Puts the finalizer on the resource, where it is not yet: without it, garbage collection would take policies before machines. */
export async function holdByFinalizer(context: ReconcileContext, moltagent: Moltagent): Promise<number> {
  if (moltagent.metadata.finalizers.includes(finalizer)) return 0
  await applyFinalizers(context, moltagent, [finalizer])
  return 1
}

/** Lets the resource go: the last write of a teardown. */
export async function releaseFinalizer(context: ReconcileContext, moltagent: Moltagent): Promise<void> {
  if (moltagent.metadata.finalizers.includes(finalizer)) await applyFinalizers(context, moltagent, [])
}

async function applyFinalizers(context: ReconcileContext, moltagent: Moltagent, finalizers: readonly string[]): Promise<void> {
  const { name, namespace, uid } = moltagent.metadata
  const { apiVersion, kind } = moltagentKind
  const metadata = { name, namespace, uid, ...(finalizers.length > 0 && { finalizers }) }
  const stored = await context.cluster.apply({ apiVersion, kind, metadata }, { manager: fieldManagers.objects })
  context.caches.moltagents.observe(projectMoltagent(stored))
}
