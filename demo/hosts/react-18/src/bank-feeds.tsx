import { useState } from 'react';
import { BankFeedProvider, BankFeedSetup } from 'bank-feed-elements/react';
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
      <BankFeedProvider endpoint="https://feeds.bank.example" getToken={getToken} texts={texts}>
        {open ? (
          <BankFeedSetup
            country={country}
            closable
            onBankFeedConnected={() => setConnected(true)}
            onBankFeedClose={() => setOpen(false)}
          >
            <p slot="purpose">Your bookkeeper sees your card payments.</p>
          </BankFeedSetup>
        ) : (
          <button onClick={() => setOpen(true)}>Bank feeds</button>
        )}
      </BankFeedProvider>
    </>
  );
};
