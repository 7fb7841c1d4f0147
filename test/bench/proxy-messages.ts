/** What the processes of the bench of the proxy say to each other over IPC. */

export type ToSandbox =
  | { readonly kind: 'authorize'; readonly companyId: string; readonly connectionId: string }
  | { readonly kind: 'count' };
export type FromSandbox =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'authorized' }
  /** How many requests have come so far. */
  | { readonly kind: 'counted'; readonly requests: number };

export type ToServer =
  | { readonly kind: 'bare'; readonly target: string }
  | { readonly kind: 'own'; readonly codatUrl: string; readonly companies: number; readonly streams: number }
  /** `collected`: after a collection of garbage, so that memory is what is still held. */
  | { readonly kind: 'usage'; readonly collected: boolean }
  | { readonly kind: 'connections' }
  | { readonly kind: 'tell' }
  | { readonly kind: 'linked' };
export type FromServer =
  | { readonly kind: 'listening'; readonly url: string }
  /** Of each company: what its page reads, and with which token; the same at Codat, for whoever only passes it on. */
  | { readonly kind: 'made'; readonly url: string; readonly companies: readonly Company[] }
  | { readonly kind: 'authorize'; readonly companyId: string; readonly connectionId: string }
  /** Microseconds of this process's cores; bytes it holds. */
  | { readonly kind: 'used'; readonly cpu: number; readonly rss: number; readonly heap: number }
  | { readonly kind: 'connected'; readonly connections: number }
  | { readonly kind: 'told'; readonly at: number };

export interface Company {
  readonly id: string;
  readonly connectionId: string;
  readonly path: string;
  readonly token: string;
}

export const apiKey = 'bench';
export const pageOrigin = 'https://bank.example';

/** So many that Codat's list of them is some 2 KB, and so is the page's. */
export const accounts = Array.from({ length: 9 }, (_, index) => ({
  id: `account-${index + 1}`,
  accountName: `Business account ${index + 1}`,
  accountType: 'checking',
  accountNumber: `5555555${index}`,
  sortCode: '20-20-15',
  currency: 'GBP',
  balance: '100.00',
}));
