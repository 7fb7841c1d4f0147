import { expect } from '@open-wc/testing';
import { eventStreamParser } from '../../../src/client/sse.ts';
import type { ServerEvent, StreamMemory } from '../../../src/client/sse.ts';

const parsed = (...pieces: string[]): { events: ServerEvent[]; memory: StreamMemory } => {
  const memory: StreamMemory = { lastEventId: undefined, retry: undefined };
  const parse = eventStreamParser(memory);
  return { events: pieces.flatMap((piece) => parse(piece)), memory };
};

const stream = '\uFEFFretry: 2500\n: beat\n\nid: 7\nevent: hint\ndata: {"version":"7"}\n\ndata:a\ndata:  b\ndata\n\n';
const events = [
  { type: 'hint', data: '{"version":"7"}' },
  { type: 'message', data: 'a\n b\n' },
];

describe('event stream parser', () => {
  it('reads events, ids, the delay and comments', () => {
    const result = parsed(stream);
    expect(result.events).to.deep.equal(events);
    expect(result.memory).to.deep.equal({ lastEventId: '7', retry: 2500 });
  });

  for (const [name, end] of Object.entries({ LF: '\n', 'CR LF': '\r\n', CR: '\r' })) {
    it(`reads the same in single characters, lines ended by ${name}`, () => {
      const text = stream.replaceAll('\n', end);
      // A final CR may be half of CR LF, so it only counts with what follows.
      expect(parsed(...text.split(''), ':').events).to.deep.equal(events);
      expect(parsed(text, ':').events).to.deep.equal(events);
    });
  }

  it('keeps an id without data, and forgets an event that never ended', () => {
    const result = parsed('id: 9\n\n', 'id: 10\nevent: hint\ndata: {}\n');
    expect(result.events).to.deep.equal([]);
    expect(result.memory.lastEventId).to.equal('9');
  });

  it('ignores what the standard tells it to', () => {
    const result = parsed('retry: soon\nid: a\0b\nunknown: x\nevent: hint\n\n');
    expect(result.events).to.deep.equal([]);
    expect(result.memory).to.deep.equal({ lastEventId: undefined, retry: undefined });
  });
});
