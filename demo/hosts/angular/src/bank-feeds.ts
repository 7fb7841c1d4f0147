import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from '@angular/core';
import 'bank-feed-elements/setup';
import { getToken } from './get-token';

@Component({
  selector: 'bank-feeds',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <label>
      Your company is in
      <select #choice (change)="country.set(choice.value)">
        <option value="GB">the United Kingdom</option>
        <option value="US">the United States</option>
      </select>
    </label>
    @if (connected()) {
      <p>Your accounting software is connected.</p>
    }
    @if (open()) {
      <bank-feed-setup
        endpoint="https://feeds.bank.example"
        [getToken]="getToken"
        [texts]="texts"
        [country]="country()"
        closable
        (bank-feed-connected)="connected.set(true)"
        (bank-feed-close)="open.set(false)"
      >
        <p slot="purpose">Your bookkeeper sees your card payments.</p>
      </bank-feed-setup>
    } @else {
      <button (click)="open.set(true)">Bank feeds</button>
    }
  `,
})
export class BankFeeds {
  readonly getToken = getToken;
  readonly texts = { 'connect.partner': 'Northbridge Bank' };
  readonly country = signal('GB');
  readonly open = signal(true);
  readonly connected = signal(false);
}
