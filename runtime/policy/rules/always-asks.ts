import type { Rule } from './rule.ts'

/** Some tools need a person each time, whatever the labels. */
export const alwaysAsksRule: Rule = ({ tool }) => (tool.alwaysAsk === true ? [{ code: 'always-asks', verdict: 'ask', arguments: [] }] : [])
