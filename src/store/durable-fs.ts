/**
 * PGlite's Node file system has no fsync: PostgreSQL asks for it and nothing happens, so a commit survives a
 * kill but not a power cut. This adds the missing operation, and makes every file its owner's alone.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeFS } from '@electric-sql/pglite/nodefs';

/** Emscripten's number for it, which PostgreSQL is told. */
const inputOutputError = 29;

/** Emscripten's own structures, as far as they are used here; checked below, as they are not public. */
interface Stream {
  readonly nfd?: number | undefined;
  readonly node: object;
}
interface Attributes {
  readonly mode?: number | undefined;
}
interface NodeOperations {
  readonly stream_ops: {
    fsync?: (stream: Stream) => number;
    write: (...args: unknown[]) => number;
    setattr: (stream: Stream, attributes: Attributes) => void;
  };
  readonly node_ops: {
    mknod: (parent: object, name: string, mode: number, device: number) => object;
    setattr: (node: object, attributes: Attributes) => void;
  };
  realPath(node: object): string;
}

const isNodeOperations = (value: unknown): value is NodeOperations =>
  typeof value === 'object' &&
  value !== null &&
  'stream_ops' in value &&
  typeof value.stream_ops === 'object' &&
  'node_ops' in value &&
  typeof value.node_ops === 'object' &&
  'realPath' in value &&
  typeof value.realPath === 'function';

/** Without what group and others may do: PostgreSQL's own umask does not reach the files of the host. */
const owned = (mode: number): number => mode & ~0o077;
const ownedToo = (attributes: Attributes): Attributes =>
  typeof attributes.mode === 'number' ? { ...attributes, mode: owned(attributes.mode) } : attributes;

const keepPrivate = ({ node_ops: nodes, stream_ops: streams }: NodeOperations): void => {
  const { mknod, setattr } = nodes;
  nodes.mknod = (parent, name, mode, device) => mknod(parent, name, owned(mode), device);
  nodes.setattr = (node, attributes) => setattr(node, ownedToo(attributes));
  const ofStream = streams.setattr;
  streams.setattr = (stream, attributes) => ofStream(stream, ownedToo(attributes));
};

const syncPath = (path: string): void => {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/**
 * The file system class with fsync. `onFault` is told of every write and every flush that failed, `onSync` of every
 * flush (for tests).
 */
export const durableFs = (
  Base: typeof NodeFS,
  { onFault, onSync }: { readonly onFault?: (error: unknown) => void; readonly onSync?: () => void } = {},
): typeof NodeFS =>
  class DurableNodeFs extends Base {
    override async init(...[pg, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
      const { emscriptenOpts } = await super.init(pg, options);
      const addFsync = (module: object): void => {
        const operations: unknown = 'NODEFS' in module ? module.NODEFS : undefined;
        if (!isNodeOperations(operations)) {
          throw new Error('This version of @electric-sql/pglite has another file system inside; use 0.5.');
        }
        keepPrivate(operations);
        const { write } = operations.stream_ops;
        operations.stream_ops.write = (...args) => {
          try {
            return write(...args);
          } catch (error) {
            onFault?.(error);
            throw error;
          }
        };
        operations.stream_ops.fsync = (stream) => {
          try {
            if (stream.nfd === undefined) syncPath(operations.realPath(stream.node));
            else fsyncSync(stream.nfd);
          } catch (error) {
            // Said in PostgreSQL's way: an exception would unwind it in the middle, and be swallowed.
            onFault?.(error);
            return inputOutputError;
          }
          onSync?.();
          return 0;
        };
      };
      return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addFsync] } };
    }
  };

/** Flushes every file and folder below `folder`: a fresh database is copied in without any fsync. */
export const syncFolder = async (folder: string): Promise<void> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = [folder, ...entries.map((entry) => join(entry.parentPath, entry.name))];
  for (let start = 0; start < paths.length; start += 64) {
    await Promise.all(
      paths.slice(start, start + 64).map(async (path) => {
        const handle = await open(path, 'r');
        try {
          await handle.sync();
        } finally {
          await handle.close();
        }
      }),
    );
  }
};
