import { z } from 'zod'
import { runCommand } from './run-command.ts'

/** Any Kubernetes object, as far as sending it needs to know it. */
export const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})

export type Manifest = z.infer<typeof manifestSchema>

const listSchema = z.object({ items: z.array(manifestSchema) })

const webhookSchema = z.looseObject({
  clientConfig: z.object({ service: z.object({ path: z.string().optional() }) }),
})

/** What KubeVirt's own operator would install, as printed by the program `kubevirt-manifests`. */
export async function readKubevirtManifests(program: string, signal: AbortSignal): Promise<readonly Manifest[]> {
  const printed = await runCommand(program, [], { signal, environment: {} })
  return listSchema.parse(JSON.parse(printed)).items
}

export const isWebhookConfiguration = (manifest: Manifest): boolean => manifest.kind.endsWith('WebhookConfiguration')

/** The most that the API server allows: on a busy machine virt-api may take its time, and a late answer counts as a refusal. */
const webhookSeconds = 30

/** The same webhooks, called at `url` instead of a Service that has no pods here. */
export function withWebhookUrl(manifest: Manifest, url: string, authority: string): Manifest {
  const webhooks = z.array(webhookSchema).parse(manifest['webhooks'])
  const caBundle = Buffer.from(authority).toString('base64')
  return {
    ...manifest,
    webhooks: webhooks.map((webhook) => ({
      ...webhook,
      timeoutSeconds: webhookSeconds,
      clientConfig: { url: `${url}${webhook.clientConfig.service.path ?? ''}`, caBundle },
    })),
  }
}
