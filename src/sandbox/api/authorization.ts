import * as z from 'zod';
import { authorizeVisit } from '../authorizations.ts';
import { behaviourOf } from '../behaviours.ts';
import { connectionView } from '../views.ts';
import { ApiError } from './errors.ts';
import { requiredText } from './fields.ts';
import { connectionOf, ok, type Operation, parseBody } from './operation.ts';

const body = z.looseObject({ authorizationId: requiredText(200), bankId: requiredText(200).nullish() });

/** Of the Platform document: the bank's own sign-in page tells whose the user is whom Sage sent there. */
const updateAuthorization: Operation = {
  id: 'update-connection-authorization',
  method: 'PUT',
  path: '/companies/:companyId/connections/:connectionId/authorization',
  handle(call) {
    const connection = connectionOf(call);
    const { connects, platformName } = behaviourOf(connection);
    if (connects !== 'one-time password') {
      throw new ApiError(404, `${platformName} has no authorization to update; only Sage has.`, {
        service: 'BankFeedsApi',
      });
    }
    const { authorizationId, bankId } = parseBody(body, call.body);
    const known = call.core.world.authorizations.get(authorizationId);
    if (known?.bankId !== undefined && typeof bankId === 'string' && bankId !== known.bankId) {
      throw new ApiError(400, 'bankId: is another than the one Sage sent with this authorizationId.', {
        service: 'BankFeedsApi',
      });
    }
    authorizeVisit(call.core, connection, { id: authorizationId, bankId: bankId ?? undefined });
    return ok(connectionView(call.core, connection));
  },
};

export const authorizationOperations: readonly Operation[] = [updateAuthorization];
