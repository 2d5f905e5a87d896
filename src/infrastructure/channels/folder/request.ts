import type { PurchaseRequest } from '../../../application/ports/channel';
import { requestFileSchema } from '../../../protocols/folder-v1';
import { readStrictJson } from '../../../protocols/strict-json';
import type { Wanted } from './answer';

/** The text of a request: the same request is the same text, byte by byte. */
export function requestText(request: PurchaseRequest): string {
  const { requestId, product, quantity, maxUnitCostMinor, currency, fields, callbackUrl } = request;
  return `${JSON.stringify({ requestId, product, quantity, maxUnitCostMinor, currency, fields, callbackUrl }, null, 1)}\n`;
}

/** Undefined when it was changed into something that is no request any more. */
export function wantedIn(text: string): Wanted | undefined {
  const json = readStrictJson(Buffer.from(text));
  return json.ok ? requestFileSchema.safeParse(json.value).data : undefined;
}
