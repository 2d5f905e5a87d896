/** A gateway or channel of the shop, as it is named wherever both are meant: `gateway:main`, `channel:upstream-a`. */
export type Account = `gateway:${string}` | `channel:${string}`;

export const sideOf = (account: Account): 'gateway' | 'channel' => (account.startsWith('gateway:') ? 'gateway' : 'channel');

/** Its own id, without its side. */
export const accountId = (account: Account): string => account.slice(account.indexOf(':') + 1);
