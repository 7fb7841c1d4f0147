import { useState } from 'react';
import 'bank-feed-elements/setup';
import 'bank-feed-elements/react/jsx';
import { getToken } from './get-token.ts';

const texts = { 'connect.partner': 'Northbridge Bank' };

export const BankFeeds = () => {
  const [country, setCountry] = useState('GB');
  const [open, setOpen] = useState(true);
  const [connected, setConnected] = useState(false);
  return (
    <>
      <label>
        Your company is in{' '}
        <select value={country} onChange={({ target }) => setCountry(target.value)}>
          <option value="GB">the United Kingdom</option>
          <option value="US">the United States</option>
        </select>
      </label>
      {connected && <p>Your accounting software is connected.</p>}
      {open ? (
        <bank-feed-setup
          endpoint="https://feeds.bank.example"
          getToken={getToken}
          texts={texts}
          country={country}
          closable
          onbank-feed-connected={() => setConnected(true)}
          onbank-feed-close={() => setOpen(false)}
        >
          <p slot="purpose">Your bookkeeper sees your card payments.</p>
        </bank-feed-setup>
      ) : (
        <button onClick={() => setOpen(true)}>Bank feeds</button>
      )}
    </>
  );
};
