import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { KubernetesClient } from '../../local/kubernetes/client.ts'
import { customResourceDefinition } from '../../operator/api/custom-resource-definition.ts'

const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/moltagents.moltagent.cloud'
const discovered = z.object({ resources: z.array(z.object({ name: z.string() })) })

/** Applies the CRD and waits until the API server serves it. */
export async function installDefinition(admin: KubernetesClient): Promise<void> {
  await admin.request('PATCH', `${path}?fieldManager=test&force=true`, {
    body: customResourceDefinition(),
    contentType: 'application/apply-patch+yaml',
  })
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await isServed(admin)) return
    await sleep(100)
  }
  throw new Error('installing the definition: the API server does not serve moltagents after 30 s')
}

async function isServed(admin: KubernetesClient): Promise<boolean> {
  try {
    return discovered
      .parse(await admin.request('GET', '/apis/moltagent.cloud/v1alpha1'))
      .resources.some(({ name }) => name === 'moltagents')
  } catch {
    return false
  }
}
