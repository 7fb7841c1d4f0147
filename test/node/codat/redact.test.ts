import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactBody } from '../../../src/codat/redact.ts';

const refusal = 'Account GB33BUKB20201555555555 with \\"number\\" 55555555 is closed since 2026-01-05, code 1234.';
const shown = 'Account [redacted] with \\"number\\" [redacted] is closed since 2026-01-05, code 1234.';

for (const member of ['error', 'message', 'errorMessage'])
  test(`the debug log shows no account number in Codat's words (${member})`, () => {
    assert.equal(redactBody(`{"${member}": "${refusal}"}`), `{"${member}": "${shown}"}`);
    // Cut off in the middle, as a long body is.
    assert.equal(redactBody(`{"${member}":"closed: 55555555`), `{"${member}":"closed: [redacted]`);
  });

test('the debug log shows no secret, and what helps to find a fault', () => {
  const body = {
    id: '12345678',
    linkUrl: 'https://x/?otp=1',
    accountNumber: '55555555',
    correlationId: 'a1b2c3d4e5f6',
  };
  const redacted = { ...body, linkUrl: '[redacted]', accountNumber: '[redacted]' };
  assert.deepEqual(JSON.parse(redactBody(JSON.stringify(body))), redacted);
});
