import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptProblem, returnHint } from '../../../src/flow/return-hint.ts';

test('only a status that says no is a hint', () => {
  assert.equal(returnHint('?statusCode=403&errorMessage=User+cancelled'), 'refused');
  assert.equal(returnHint('?a=b&statusCode=401'), 'refused');
  assert.equal(returnHint('?statusCode=500'), 'failed');
  for (const search of ['', '?statusCode=200', '?statusCode={statusCode}', '?statusCode=403x', '?errorMessage=refused'])
    assert.equal(returnHint(search), undefined, search);
});

test('the server knows better than the address, and a connected software has no problem', () => {
  assert.equal(attemptProblem({ status: 'pending' }), undefined);
  assert.equal(attemptProblem({ status: 'pending' }, 'refused'), 'refused');
  assert.equal(attemptProblem({ status: 'pending', problem: { code: 'failed' } }, 'refused'), 'failed');
  assert.equal(attemptProblem({ status: 'pending', problem: { code: 'unknown' } }), 'failed');
  assert.equal(attemptProblem({ status: 'deauthorized', problem: { code: 'refused' } }), 'refused');
  assert.equal(attemptProblem({ status: 'unlinked' }, 'refused'), undefined);
  assert.equal(attemptProblem({ status: 'linked', problem: { code: 'refused' } }, 'refused'), undefined);
});
