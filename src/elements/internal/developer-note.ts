import { html, type TemplateResult } from 'lit';
import { FeedApiError } from '../../client/errors.ts';
import { lacksToken, type Source } from './own-hub.ts';

/** Said to the developer who embeds an element, in English; a customer never gets to see it on a page that works. */
export const notConfigured = (tag: string, source: Source): FeedApiError =>
  lacksToken(source)
    ? new FeedApiError('invalid_configuration', {
        detail:
          `<${tag}> has an endpoint on another origin and no way to a session. ` +
          'Set its getToken property to a function that resolves to a session token.',
        field: 'getToken',
      })
    : new FeedApiError('invalid_configuration', {
        detail:
          `<${tag}> has no source of data. Give it an "endpoint" attribute (and a getToken property), or an api property` +
          (tag.endsWith('-provider') ? '.' : ', or put it inside a <bank-feed-provider>.'),
        field: 'endpoint',
      });

/** Where pages are made. Elsewhere a bad line is the likeliest reason for no answer, and no customer's to read about. */
export const isOwnMachine = (hostname: string): boolean => /(^|\.)localhost$|^127\.|^\[::1\]$/.test(hostname);

export const developerNote = (error: FeedApiError): TemplateResult =>
  html`<div class="note refusal" part="developer-note" role="alert" lang="en" dir="ltr"><p>${error.detail}</p></div>`;
