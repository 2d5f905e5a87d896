import { session } from './storage.js';

const keyOf = (orderNumber) => `cardrail.order-token.${orderNumber}`;
/** Where storage is forbidden, the token lives as long as the page. */
const inMemory = new Map();

export const tokenOf = (orderNumber) => session.get(keyOf(orderNumber)) ?? inMemory.get(orderNumber) ?? null;

export function keepToken(orderNumber, token) {
  inMemory.set(orderNumber, token);
  session.set(keyOf(orderNumber), token);
}

export function dropToken(orderNumber) {
  inMemory.delete(orderNumber);
  session.remove(keyOf(orderNumber));
}

/** Takes the token out of the address bar, so that it is not shown, bookmarked or copied along. Null when there is none. */
export function takeTokenFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get('t');
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** What people paste: the token alone, or the whole link. */
export function tokenFromText(text) {
  const trimmed = text.trim();
  return /#(?:.*&)?t=([^&\s]+)/.exec(trimmed)?.[1] ?? trimmed;
}

/** What cannot be a token, such as a Chinese word, cannot even be sent in a header. */
export const isSendable = (token) => /^[\x21-\x7e]{1,128}$/.test(token);
