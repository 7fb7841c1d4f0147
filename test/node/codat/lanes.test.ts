import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Lanes, type Ticket } from '../../../src/codat/lanes.ts';

type Names = Map<Ticket, string>;
const enter = (lanes: Lanes, names: Names, company: string, priority: Ticket['priority'], name: string): Ticket => {
  const ticket = lanes.enter(company, priority, 0, () => {});
  names.set(ticket, name);
  return ticket;
};
/** Lets everybody go, each done before the next where a place is needed. */
const order = (lanes: Lanes, names: Names): string[] => {
  const went: string[] = [];
  for (let ticket = lanes.next(); ticket !== undefined; ticket = lanes.next()) {
    lanes.start(ticket);
    went.push(names.get(ticket) ?? '?');
    lanes.done(ticket);
  }
  return went;
};

describe('lanes', () => {
  it('let pushes go before user actions and those before polls, each in the order they came', () => {
    const lanes = new Lanes(1);
    const names: Names = new Map();
    for (const priority of ['poll', 'user', 'push'] as const)
      for (const number of [1, 2]) enter(lanes, names, 'a', priority, `${priority} ${number}`);
    assert.deepEqual(order(lanes, names), ['push 1', 'push 2', 'user 1', 'user 2', 'poll 1', 'poll 2']);
  });

  it('let companies take turns, so that none waits for the backlog of another', () => {
    const lanes = new Lanes(10);
    const names: Names = new Map();
    for (const number of [1, 2, 3]) enter(lanes, names, 'a', 'user', `a${number}`);
    enter(lanes, names, 'b', 'user', 'b1');
    enter(lanes, names, 'c', 'push', 'c1');
    assert.deepEqual(order(lanes, names), ['c1', 'a1', 'b1', 'a2', 'a3']);
  });

  it('let the less important through now and then, in a company and between companies', () => {
    for (const [other, third] of [
      ['a', 'a'],
      ['b', 'c'],
    ] as const) {
      const lanes = new Lanes(1);
      const names: Names = new Map();
      for (let number = 0; number < 30; number += 1) enter(lanes, names, 'a', 'push', 'push');
      enter(lanes, names, other, 'user', 'user 1');
      enter(lanes, names, other, 'user', 'user 2');
      enter(lanes, names, third, 'poll', 'poll');
      const went = order(lanes, names);
      assert.deepEqual([went.indexOf('user 1'), went.indexOf('poll'), went.indexOf('user 2')], [7, 15, 23], other);
    }
  });

  it('let fewer go once a company has fewer places, and more when it has more again', () => {
    const lanes = new Lanes(2);
    const tickets = Array.from({ length: 4 }, () => lanes.enter('a', 'user', 0, () => {}));
    const waiting = (): number => tickets.indexOf(lanes.next()!);
    lanes.start(tickets[0]!);
    assert.equal(waiting(), 1);
    lanes.places = 1;
    assert.deepEqual([lanes.places, lanes.next()], [1, undefined]);
    lanes.places = 3;
    lanes.start(tickets[1]!);
    lanes.start(tickets[2]!);
    assert.equal(lanes.next(), undefined);
    lanes.done(tickets[0]!);
    assert.equal(waiting(), 3);
  });

  it('keep nothing of a company without a request', () => {
    const lanes = new Lanes(2);
    const tickets = Array.from({ length: 10_000 }, (_, index) => lanes.enter(`c${index}`, 'user', 0, () => {}));
    assert.equal(lanes.companies, 10_000);
    for (const [index, ticket] of tickets.entries()) {
      if (index % 2 === 0) lanes.start(ticket);
      else lanes.leave(ticket);
    }
    assert.deepEqual([lanes.companies, lanes.running, lanes.waiting], [5_000, 5_000, 0]);
    for (const [index, ticket] of tickets.entries()) if (index % 2 === 0) lanes.done(ticket);
    assert.deepEqual([lanes.companies, lanes.running, lanes.oldest], [0, 0, undefined]);
  });

  it('let anyone leave from the middle', () => {
    const lanes = new Lanes(1);
    const names: Names = new Map();
    const [first, second, third] = ['1', '2', '3'].map((name) => enter(lanes, names, 'a', 'user', name));
    lanes.leave(second!);
    assert.equal(lanes.oldest, first);
    lanes.leave(first!);
    assert.equal(lanes.next(), third);
    enter(lanes, names, 'a', 'user', '4');
    assert.deepEqual(order(lanes, names), ['3', '4']);
  });
});
