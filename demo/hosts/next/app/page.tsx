import { BankFeeds } from './bank-feeds.tsx';

export default function Page() {
  return (
    <main>
      <h1>Northbridge Bank</h1>
      <BankFeeds />
    </main>
  );
}
