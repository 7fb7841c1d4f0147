import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BankFeeds } from './bank-feeds.tsx';
import './page.css';

const app = document.getElementById('app');
if (app)
  createRoot(app).render(
    <StrictMode>
      <BankFeeds />
    </StrictMode>,
  );
