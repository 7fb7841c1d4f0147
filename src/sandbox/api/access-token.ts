import { companyOf, ok, type Operation } from './operation.ts';

const secondsValid = 24 * 3600;

/**
 * A token for Codat's own embedded interfaces: it names one company for one day. The API itself is opened by
 * the API key alone, so nothing here takes the token.
 */
const getCompanyAccessToken: Operation = {
  id: 'get-company-access-token',
  method: 'GET',
  path: '/companies/:companyId/accessToken',
  handle(call) {
    const { ids, clock } = call.core;
    const expires = Math.floor(clock.now() / 1000) + secondsValid;
    const claim = `${companyOf(call).id}.${expires}`;
    const accessToken = `${claim}.${ids.bytes(`access token ${claim}`).toString('base64url')}`;
    return ok({ expiresIn: secondsValid, accessToken, tokenType: 'Bearer' });
  },
};

export const accessTokenOperations: readonly Operation[] = [getCompanyAccessToken];
