import { z } from 'zod'
import type { KubernetesClient } from '../../kubernetes/client.ts'
import type { Pod } from '../pod.ts'

const answerSchema = z.object({ status: z.object({ token: z.string(), expirationTimestamp: z.string() }) })

interface Held {
  readonly token: string
  readonly renewAtMs: number
}

/** A token is renewed when so much of its life is over, as by a kubelet. */
const renewAfter = 0.8

export type TokenSource = (request: { readonly audience?: string | undefined; readonly expirationSeconds: number }) => Promise<string>

/** Tokens of the pod's ServiceAccount, bound to the pod: they die with it. Kept until they are to be renewed. */
export function createTokenSource(kubelet: Pick<KubernetesClient, 'request'>, pod: Pod, now: () => Date): TokenSource {
  const held = new Map<string, Held>()
  const { namespace, name, uid } = pod.metadata
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${pod.spec.serviceAccountName}/token`
  return async ({ audience, expirationSeconds }) => {
    const known = held.get(audience ?? '')
    if (known && now().getTime() < known.renewAtMs) return known.token
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name, uid }
    const spec = { expirationSeconds, boundObjectRef, ...(audience === undefined ? {} : { audiences: [audience] }) }
    const answer = await kubelet.request('POST', path, { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec } })
    const { token, expirationTimestamp } = answerSchema.parse(answer).status
    const startMs = now().getTime()
    held.set(audience ?? '', { token, renewAtMs: startMs + (Date.parse(expirationTimestamp) - startMs) * renewAfter })
    return token
  }
}
