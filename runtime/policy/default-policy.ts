import type { PolicyData } from './policy-data.ts'

/**
 * The policy that an instance starts from. Tools and destinations are added by whoever knows them; without them nothing is permitted.
 *
 * Egress and destructive calls need trusted destinations, selectors and amounts; a destructive call's content replaces or removes
 * something, so it must be trusted too. Egress keeps to its content's readers. Where untrusted text decided that a call be made,
 * everything but reading asks.
 */
export const defaultPolicy: PolicyData = {
  schemaVersion: 1,
  tools: {},
  effects: {
    read: { trustedRoles: [], trustedControl: false, confidential: false, linksAsk: false },
    write: { trustedRoles: [], trustedControl: true, confidential: false, linksAsk: false },
    egress: { trustedRoles: ['destination', 'selector', 'quantity'], trustedControl: true, confidential: true, linksAsk: true },
    destructive: {
      trustedRoles: ['destination', 'selector', 'quantity', 'content'],
      trustedControl: true,
      confidential: false,
      linksAsk: false,
    },
  },
  destinations: [],
  clearances: { trusted: 'internal', untrusted: 'public' },
  caps: { task: { write: 100, egress: 20, destructive: 20 }, day: { write: 2000, egress: 200, destructive: 100 } },
  questions: { perTask: 3, perHour: 12 },
}
