/**
 * Watches every sandbox of this process, whichever copy of the code it runs from, and judges each answer and
 * event by the document. Does nothing unless CODAT_OPENAPI is set.
 */
import { subscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { join, dirname } from 'node:path';
import {
  answerChannel,
  type ObservedAnswer,
  type ObservedWebhook,
  webhookChannel,
} from '../../src/sandbox/observation.ts';
import { documentPath, readDocument } from './document.ts';
import { createJudge, type Judge } from './judge.ts';
import { recorder, type Runner } from './records.ts';

/** Webhook consumers and most events are in another document of Codat's, which usually lies beside the first. */
const besides = 'Codat-Platform.json';

function judgeAt(path: string): Judge {
  const beside = join(dirname(path), besides);
  return createJudge([readDocument(path), ...(existsSync(beside) ? [readDocument(beside)] : [])]);
}

export interface Watch {
  /** From now on this test is on. */
  enter(file: string, test: string): void;
  /** What was not as documented since the last call. */
  violations(): readonly string[];
}

/** A message on the channels comes from our own sandbox; this says so to the types, and no more. */
const isAnswer = (message: unknown): message is ObservedAnswer =>
  typeof message === 'object' && message !== null && 'status' in message && 'injected' in message;
const isWebhook = (message: unknown): message is ObservedWebhook =>
  typeof message === 'object' && message !== null && 'eventType' in message && 'body' in message;

export function watchContract(runner: Runner): Watch | undefined {
  const path = documentPath();
  if (path === undefined) return undefined;
  const write = recorder(runner);
  const seen = new Set<string>();
  let judge: Judge | undefined;
  let at = { file: '', test: '' };
  let answers = 0;
  let webhooks = 0;
  let fresh: string[] = [];

  const violation = (what: string): void => {
    fresh.push(what);
    if (seen.has(what)) return;
    seen.add(what);
    write({ violation: what, ...at });
  };
  const note = (operation: string, status: number): void => {
    const key = JSON.stringify([operation, status, at]);
    if (seen.has(key)) return;
    seen.add(key);
    write({ operation, status, ...at });
  };

  subscribe(answerChannel, (message) => {
    if (!isAnswer(message)) throw new TypeError('The sandbox published an answer of an unknown shape.');
    judge ??= judgeAt(path);
    const problems = judge.answer(message);
    if (problems === undefined) return;
    answers += 1;
    const { operationId, method, path: route, status } = message;
    if (operationId !== undefined) note(operationId, status);
    for (const problem of problems) violation(`${operationId ?? `${method} ${route}`} ${status}: ${problem}`);
  });
  subscribe(webhookChannel, (message) => {
    if (!isWebhook(message)) throw new TypeError('The sandbox published an event of an unknown shape.');
    judge ??= judgeAt(path);
    const problems = judge.webhook(message);
    if (problems === undefined) return;
    webhooks += 1;
    for (const problem of problems) violation(`event ${message.eventType}: ${problem}`);
  });
  process.on('exit', () => {
    if (answers + webhooks > 0) write({ answers, webhooks });
  });

  return {
    enter(file, test) {
      at = { file, test };
    },
    violations() {
      const found = fresh;
      fresh = [];
      return found;
    },
  };
}
