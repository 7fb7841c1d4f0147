/** The script-tag file as a module. */
import './in-order.ts';

export * from '../define.ts';
