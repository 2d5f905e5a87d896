/** What the client says of a failure, in one line. Several of its errors have an empty message and speak through their type alone. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason was given';
  const { type } = error as { readonly type?: unknown };
  return [typeof type === 'string' ? type : error.name, error.message].filter((text) => text !== '').join(': ');
}
