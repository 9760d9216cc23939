import { test } from 'node:test'
import { fuzzBinding } from '../../support/broker/fuzz-binding.ts'
import { fuzzResponseParser } from '../../support/broker/fuzz-response-parser.ts'
import { fuzzSocket } from '../../support/broker/fuzz-socket.ts'

const inputs = 1_000_000

test('a million broken responses: no crash, no hang, the same outcome however they are cut', () => fuzzResponseParser(inputs, 20_261))
test("a million broken streams on the broker's socket: no crash, no hang, nothing held", () => fuzzSocket(inputs, 20_262))
test('a million fuzzed URLs, methods and headers: none escapes the binding', () => void fuzzBinding(inputs, 20_263))
