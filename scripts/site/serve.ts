/** The built site, as any static server would have it. */
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { contentType } from '../content-types.ts';
import { atRoot } from '../root.ts';

export const siteFolder = atRoot('build/site');

export interface ServedSite {
  /** With a slash at its end. */
  readonly url: string;
  stop(): void;
}

/** At any free port where it is 0. */
export const serveSite = (port: number): Promise<ServedSite> => {
  const server = createServer((request, response) => {
    // From the root, so that no `..` leads out of it.
    const path = normalize(`/${request.url?.split('?')[0]}`);
    const file = join(siteFolder, path.endsWith('/') ? `${path}index.html` : path);
    const type = contentType(file);
    if (type === undefined || !existsSync(file)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.');
      return;
    }
    response.writeHead(200, { 'content-type': type, 'x-content-type-options': 'nosniff' });
    createReadStream(file).pipe(response);
  });
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const at = server.address();
      resolve({ url: `http://127.0.0.1:${typeof at === 'object' && at ? at.port : port}/`, stop });
    });
  });
};
