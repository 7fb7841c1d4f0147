// The bank's own page: all that a partner has to write.
import { post } from './requests.js';

// All the widget needs of a partner's page: a way to a short-lived token.
const feed = document.getElementById('feed');
feed.getToken = async ({ signal }) => {
  const answer = await post('/session', {}, signal);
  // Nobody is signed in: the widget offers to go on later.
  return answer === null ? null : answer.token;
};

feed.texts = { 'connect.partner': 'Northbridge Bank' };
