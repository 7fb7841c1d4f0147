import { Writable } from 'node:stream';

/** A stream that keeps what a command writes. */
export const keptOutput = () => {
  let text = '';
  const stream = new Writable({
    write(bytes, _encoding, done) {
      text += String(bytes);
      done();
    },
  });
  return Object.assign(stream, { text: () => text });
};
