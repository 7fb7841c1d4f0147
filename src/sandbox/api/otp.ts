import { behaviourOf } from '../behaviours.ts';
import { makeOneTimePassword } from '../one-time-passwords.ts';
import { utc } from '../views.ts';
import { ApiError } from './errors.ts';
import { connectionOf, ok, type Operation } from './operation.ts';

const generateOtp: Operation = {
  id: 'generate-otp',
  method: 'POST',
  path: '/companies/:companyId/connections/:connectionId/bankFeeds/otp',
  handle(call) {
    const connection = connectionOf(call);
    const { connects, platformName } = behaviourOf(connection);
    if (connects !== 'one-time password') {
      throw new ApiError(400, `One-time passwords are made for Sage only, not for ${platformName}.`, {
        service: 'BankFeedsApi',
      });
    }
    const { text, expiresAt } = makeOneTimePassword(call.core, connection);
    return ok({ otp: text, expiry: utc(expiresAt) });
  },
};

export const otpOperations: readonly Operation[] = [generateOtp];
