/** What a page is asked for. */
import type { Context } from 'hono';
import { readBytes } from '../api/body.ts';
import { messagePage } from './layout.ts';

export const software = 'Accounting software (simulated)';
const longestForm = 64 * 1024;

export const missing = (): Promise<Response> =>
  messagePage(software, 'There is nothing here', 'This page does not exist any more.', { status: 404 });

export const queryOf = (context: Context): URLSearchParams => new URL(context.req.url).searchParams;

export const formOf = async (context: Context): Promise<URLSearchParams> =>
  new URLSearchParams(new TextDecoder().decode(await readBytes(context.req.raw, longestForm)));
