import { Hono } from 'hono';

export interface Route {
  readonly method: string;
  readonly path: string;
}

/**
 * What the router of a proxy holds that is opened by `open`: read where groups of routes are put together, so that a
 * group that is new is seen without being named here.
 */
export const readRoutes = async (open: () => Promise<void>): Promise<readonly Route[]> => {
  const apps = new Set<{ readonly routes: readonly Route[] }>();
  const prototype: object = Object.getPrototypeOf(Hono.prototype) as object;
  const route = Object.getOwnPropertyDescriptor(prototype, 'route');
  const original: unknown = route?.value;
  if (route === undefined || typeof original !== 'function') throw new Error('Hono has no method route().');
  Object.defineProperty(prototype, 'route', {
    ...route,
    value(this: { readonly routes: readonly Route[] }, ...given: readonly unknown[]): unknown {
      apps.add(this);
      return Reflect.apply(original, this, given);
    },
  });
  try {
    await open();
  } finally {
    Object.defineProperty(prototype, 'route', route);
  }
  const known = new Map<string, Route>();
  const longest = [...apps].toSorted((one, other) => other.routes.length - one.routes.length)[0];
  // Middleware stands in the table too, under every method; the same route once per handler.
  for (const { method, path } of longest?.routes ?? [])
    if (method !== 'ALL') known.set(`${method} ${path}`, { method, path });
  if (known.size === 0) throw new Error('The routes of the proxy could not be read.');
  return [...known.values()];
};
