/** One event of a server-sent event stream. */
export interface ServerEvent {
  readonly type: string;
  readonly data: string;
}

/** What the parser keeps between events, as the HTML standard has it. */
export interface StreamMemory {
  /** The last `id`, to send as Last-Event-ID; undefined until the server gave one. */
  lastEventId: string | undefined;
  /** The server's wish for the reconnection delay, in milliseconds. */
  retry: number | undefined;
}

/**
 * The `text/event-stream` format (HTML standard, "Interpreting an event stream"), for text in pieces of any size.
 * Returns the events completed by each piece; comments only show the caller that the stream is alive.
 */
export function eventStreamParser(memory: StreamMemory): (text: string) => ServerEvent[] {
  let rest = '';
  let started = false;
  let id: string | undefined;
  let type = '';
  let data: string[] = [];

  const line = (text: string, events: ServerEvent[]): void => {
    if (text === '') {
      if (id !== undefined) memory.lastEventId = id;
      if (data.length > 0) events.push({ type: type || 'message', data: data.join('\n') });
      type = '';
      data = [];
      return;
    }
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data.push(value);
    else if (field === 'event') type = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) memory.retry = Number(value);
  };

  return (text) => {
    rest += text;
    if (!started && rest !== '') {
      started = true;
      if (rest.startsWith('\uFEFF')) rest = rest.slice(1);
    }
    const events: ServerEvent[] = [];
    // A carriage return at the very end may be half of CR LF: it waits for the next piece.
    const end = /\r\n|\n|\r(?!$)/g;
    let from = 0;
    for (let match = end.exec(rest); match; match = end.exec(rest)) {
      line(rest.slice(from, match.index), events);
      from = end.lastIndex;
    }
    rest = rest.slice(from);
    return events;
  };
}
