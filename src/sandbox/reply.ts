/** What one call came with. `path` is without the query, `query` without its question mark. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  /** It came from this machine. */
  readonly local: boolean;
}

/** How a call ends: an answer, a cut connection, silence for `ms` and then a cut, or a cut after which nobody can connect for `ms`. */
export type Reply =
  | { readonly end: 'answer'; readonly status: number; readonly type: string; readonly body: string; readonly location?: string }
  | { readonly end: 'reset' }
  | { readonly end: 'hang'; readonly ms: number }
  | { readonly end: 'stop-listening'; readonly ms: number };

export type Answer = Extract<Reply, { end: 'answer' }>;

export const json = (status: number, value: unknown): Answer => ({ end: 'answer', status, type: 'application/json', body: JSON.stringify(value) });
export const html = (status: number, body: string): Answer => ({ end: 'answer', status, type: 'text/html; charset=utf-8', body });
export const seeOther = (location: string): Answer => ({ end: 'answer', status: 303, type: 'text/plain', body: '', location });
export const problem = (status: number, code: string, message: string): Answer => json(status, { status: 'ERROR', code, message });
export const unknown = (): Answer => json(404, { status: 'UNKNOWN', code: 'UNKNOWN', message: 'never heard of it' });
