import { defaultPolicy } from '../../../runtime/policy/default-policy.ts'
import type { PolicyData } from '../../../runtime/policy/policy-data.ts'

/** Tools as the tests of the broker use them. */
export const brokerTestPolicy: PolicyData = {
  ...defaultPolicy,
  tools: {
    'http.request': { effect: 'egress', arguments: { url: 'destination', body: 'content' } },
    'http.read': { effect: 'read', arguments: { url: 'destination' } },
    'files.write': { effect: 'write', arguments: { path: 'selector', content: 'content' } },
    'files.move': { effect: 'destructive', arguments: { path: 'selector', to: 'destination' } },
    'files.delete': { effect: 'destructive', arguments: { path: 'selector' } },
    'files.share': { effect: 'egress', arguments: { path: 'selector', receiver: 'destination', with: 'content' } },
    'talk.reply': { effect: 'egress', arguments: { text: 'content' }, destination: 'alice' },
  },
  caps: { task: { write: 50, egress: 2000, destructive: 5 }, day: { write: 2000, egress: 100_000, destructive: 100 } },
}
