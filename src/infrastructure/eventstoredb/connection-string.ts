import { EventStoreDBClient } from './client-package';

/** Why a connection string cannot be used. Never quotes it: it may hold a password. */
export class ConnectionStringRefused extends Error {
  override readonly name = 'ConnectionStringRefused';
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export function newClient(connectionString: string): EventStoreDBClient {
  if (/throwOnAppendFailure=false/i.test(connectionString)) {
    throw new ConnectionStringRefused('throwOnAppendFailure=false makes the client answer wrong revisions: leave it out of the connection string');
  }
  try {
    return EventStoreDBClient.connectionString(connectionString);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined) throw new ConnectionStringRefused(`a file that the connection string names cannot be read: ${message}`);
    // What the client says otherwise quotes the string.
    throw new ConnectionStringRefused('this is no EventStoreDB connection string; it looks like esdb://user:password@host:2113?tls=true');
  }
}

/** The client keeps its own to itself, so that they are read a second time. */
export function credentialsIn(connectionString: string): Credentials | undefined {
  const [, username, password] = /^[^:]+:\/\/([^:@/]+):([^@]+)@/.exec(connectionString.trim()) ?? [];
  return username === undefined || password === undefined
    ? undefined
    : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

export const isWithoutTls = (connectionString: string): boolean => /[?&]tls=false(&|$)/i.test(connectionString);
