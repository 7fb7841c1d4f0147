/** MX's widget in a page of its own, with an API on the page that answers at once. */
import { ApiProvider, ConnectWidget } from '@mxenabled/connect-widget';
import '@mxenabled/connect-widget/dist/style.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const institutions = ['Northbridge Bank', 'Harbour Lane Bank', 'Millbrook Bank'].map((name, index) => ({
  guid: `INS-${index}`,
  code: `bank-${index}`,
  name,
  url: `https://bank-${index}.example`,
  logo_url: '',
  popularity: 3 - index,
}));

const apiValue = {
  loadMembers: async () => [],
  loadPopularInstitutions: async () => institutions,
  loadDiscoveredInstitutions: async () => [],
  loadInstitutions: async () => institutions,
};

const profiles = {
  client: { guid: 'CLT-1', has_limited_institutions: false },
  clientProfile: { uses_oauth: true, show_microdeposits_in_connect: false, account_verification_is_enabled: false },
  user: { guid: 'USR-1', email: 'user@example.com', details: null },
  userProfile: { too_small_modal_dismissed_at: null },
  widgetProfile: { display_disclosure_in_connect: false, enable_manual_accounts: false, show_mx_branding: false },
};

export const mount = (place) =>
  createRoot(place).render(
    createElement(
      ApiProvider,
      { apiValue },
      createElement(ConnectWidget, {
        clientConfig: { widget_type: 'connect', mode: 'aggregation', ui_message_version: 4 },
        language: { locale: 'en', custom_copy_namespace: '' },
        profiles,
        userFeatures: { items: [] },
        onAnalyticEvent: () => {},
        onAnalyticPageview: () => {},
        onPostMessage: () => {},
      }),
    ),
  );
