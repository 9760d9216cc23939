import type { KubeConfig } from '@kubernetes/client-node'
import OperatorModule, { type OperatorLogger } from '@dot-i/k8s-operator'

/** What the outer class runs: `start` resolves when it is over. */
export interface Lifecycle {
  readonly start: (kubeConfig: KubeConfig) => Promise<void>
  readonly stop: () => void
}

// A CommonJS module: its `default` is a property of what import gives.
const Operator = OperatorModule.default

/**
 * The @dot-i/k8s-operator class as the outermost shell: it finds the kubeconfig, and init, start and stop are its own. Its watch loses
 * deletes and ends the process on HTTP 410, so watching, queueing, retrying and leading are ours (`operator/controller`), and none of
 * its other methods is used.
 */
export class OuterOperator extends Operator {
  readonly #lifecycle: Lifecycle

  constructor(lifecycle: Lifecycle, logger: OperatorLogger) {
    super(logger)
    this.#lifecycle = lifecycle
  }

  protected override async init(): Promise<void> {
    await this.#lifecycle.start(this.kubeConfig)
  }

  override stop(): void {
    this.#lifecycle.stop()
    super.stop()
  }
}
