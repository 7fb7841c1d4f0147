(function () {
  const setup = document.querySelector('bank-feed-setup');

  setup.getToken = function ({ signal }) {
    return fetch('https://feeds.bank.example/session', { credentials: 'include', signal }).then(function (response) {
      if (response.status === 401) return null; // nobody is signed in
      if (!response.ok) throw new Error(`The session could not be read: ${response.status}`);
      return response.text();
    });
  };

  // What a module would import is in one global.
  window.BankFeedElements.setLocaleLoader('it', function () {
    return Promise.resolve({ 'connect.title': 'Software di contabilità' });
  });
  setup.addEventListener('bank-feed-connected', function (event) {
    document.documentElement.toggleAttribute(
      'data-connected',
      event instanceof window.BankFeedElements.BankFeedConnectedEvent,
    );
  });
})();
