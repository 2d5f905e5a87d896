import type { IncomingNotice } from '../../application/ports/gateway';
import { readForm, type EpayForm } from '../../protocols/epay/form';
import { MESSAGE_BYTES_MAX } from '../../protocols/wire';

/** The parameters of a notice that is a form: a body of that type, or a query string. `why` never repeats what was read. */
export function readSignedForm({ headers, body, inQuery }: IncomingNotice): EpayForm {
  if (body.length > MESSAGE_BYTES_MAX) return { ok: false, why: 'OVERSIZED' };
  if (inQuery !== true && !isForm(headers['content-type'])) return { ok: false, why: 'WRONG_TYPE' };
  return readForm(body.toString('latin1'));
}

const isForm = (contentType: IncomingNotice['headers'][string]): boolean =>
  typeof contentType === 'string' && /^application\/x-www-form-urlencoded(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(contentType);
