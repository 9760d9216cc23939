/** Multipliers of Kubernetes' quantities, in thousandths, so that `100m` is whole. */
const multipliers: Readonly<Record<string, bigint>> = {
  m: 1n,
  '': 1000n,
  k: 1000n * 10n ** 3n,
  M: 1000n * 10n ** 6n,
  G: 1000n * 10n ** 9n,
  T: 1000n * 10n ** 12n,
  P: 1000n * 10n ** 15n,
  E: 1000n * 10n ** 18n,
  Ki: 1000n << 10n,
  Mi: 1000n << 20n,
  Gi: 1000n << 30n,
  Ti: 1000n << 40n,
  Pi: 1000n << 50n,
  Ei: 1000n << 60n,
}

const form = /^(\d+)(?:\.(\d+))?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/

/** A quantity in thousandths of its unit; `undefined` for what is not one (or is written with an exponent, which nobody stores). */
function thousandths(text: string): bigint | undefined {
  const [, whole, fraction = '', suffix = ''] = form.exec(text) ?? []
  const multiplier = multipliers[suffix]
  if (whole === undefined || multiplier === undefined) return undefined
  const scaled = BigInt(whole + fraction) * multiplier
  const divisor = 10n ** BigInt(fraction.length)
  return scaled % divisor === 0n ? scaled / divisor : undefined
}

/** Whether two quantities are the same amount: `1024Mi` and `1Gi`. The API server and KubeVirt store their own spelling. */
export function isSameQuantity(left: string | number, right: string | number): boolean {
  const amount = thousandths(String(left))
  return amount !== undefined && amount === thousandths(String(right))
}
