/** What Vue's templates are checked against; nothing runs. `npm run test:hosts` checks templates themselves. */
import type { GlobalComponents, HTMLAttributes } from 'vue';
import type { BankFeedConnectedEvent } from '../../src/elements/index.ts';
import { isBankFeedElement, type BankFeedTag } from '../../src/frameworks/vue.ts';

type Setup = InstanceType<GlobalComponents['bank-feed-setup']>;
type Status = InstanceType<GlobalComponents['bank-feed-status']>;

export const compilerOptions: { isCustomElement: (tag: string) => boolean } = { isCustomElement: isBankFeedElement };
export const all: BankFeedTag extends keyof GlobalComponents ? true : false = true;

export const props: Setup['$props'] = { class: 'wide', country: 'GB', closable: true, getToken: () => 'token', key: 1 };
export const state: Setup['state'] = 'ready';
// @ts-expect-error The status knows no country.
export const others: Status['$props'] = { country: 'GB' };

declare const setup: Setup;
declare const event: BankFeedConnectedEvent;
setup.$emit('bank-feed-connected', event);
// @ts-expect-error Another event's name.
setup.$emit('bank-feed-mapped', event);
// @ts-expect-error Templates fill slots by the attribute: `<template #purpose>` is for components.
export const slots = (): unknown => setup.$slots;
export const slotted: HTMLAttributes = { slot: 'purpose' };
