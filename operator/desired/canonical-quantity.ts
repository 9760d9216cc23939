const binarySuffixes = ['Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const

/**
 * An amount in Mi, Gi or Ti as the API server spells it when it stores one: with the largest suffix that leaves it whole (2048Mi is 2Gi).
 * What is sent so is found again so, and not sent a second time.
 *
 * Source: the canonical form in k8s.io/apimachinery/pkg/api/resource.
 */
export function canonicalQuantity(text: string): string {
  const [, digits, suffix] = /^([0-9]+)(Mi|Gi|Ti)$/.exec(text) ?? []
  const first = binarySuffixes.findIndex((known) => known === suffix)
  if (digits === undefined || first === -1) return text
  let amount = BigInt(digits)
  let index = first
  while (amount !== 0n && amount % 1024n === 0n && index < binarySuffixes.length - 1) {
    amount /= 1024n
    index += 1
  }
  return `${amount}${binarySuffixes[index]}`
}
