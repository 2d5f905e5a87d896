/** Why an address cannot be listened on, by the code of the system, and what to do. */
const WHY: Readonly<Record<string, (setting: string) => string>> = {
  EADDRINUSE: (setting) => `is taken, by a shop that runs already or by another program: stop that one, or set ${setting} to another port`,
  EACCES: (setting) => `may not be listened on by this account: set ${setting} to a port above 1023`,
  EADDRNOTAVAIL: () => 'is no address of this machine: see CARDRAIL_HOST',
  ENOTFOUND: () => 'is no address of this machine: see CARDRAIL_HOST',
};

/** Listens, or throws one sentence for whoever starts the process. */
export async function listening(
  setting: 'CARDRAIL_PORT' | 'CARDRAIL_PROBE_PORT',
  host: string,
  port: number,
  listen: () => Promise<unknown>,
): Promise<void> {
  try {
    await listen();
  } catch (error) {
    const why = WHY[(error as NodeJS.ErrnoException).code ?? ''];
    throw why === undefined ? error : new Error(`${host}:${port} ${why(setting)}`, { cause: error });
  }
}
