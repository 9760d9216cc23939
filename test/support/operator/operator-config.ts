import { readConfig, type OperatorConfig } from '../../../operator/config.ts'
import { foundationFacts } from '../desired-facts.ts'

/** An operator's configuration for tests: images by digest, and short waits. */
export function operatorConfig(options: { readonly namespace: string; readonly watchNamespaces: readonly string[] }): OperatorConfig {
  const { images, models, surroundings } = foundationFacts.configuration
  return readConfig({
    MOLTAGENT_NAMESPACE: options.namespace,
    MOLTAGENT_WATCH_NAMESPACES: options.watchNamespaces.join(','),
    MOLTAGENT_IMAGE_NEXTCLOUD: images.nextcloud,
    MOLTAGENT_IMAGE_AGENT: images.agent,
    MOLTAGENT_IMAGE_OLLAMA: images.ollama,
    MOLTAGENT_MODELS: JSON.stringify(models),
    MOLTAGENT_SURROUNDINGS: JSON.stringify(surroundings),
    MOLTAGENT_WAITING_MS: '500',
  })
}
