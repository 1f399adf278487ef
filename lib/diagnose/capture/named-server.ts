/** A server under one name, as findings of captures are about it. */

import type { Conversation } from '../../evidence/index.ts';
import { serverNameOf } from '../facts/conversation.ts';

/** The address, and port and name as a subject has them behind it. */
export interface NamedServer {
  readonly address: string;
  readonly rest: string;
}

/** The server, and by which name it was asked. */
export function namedServer(conversation: Conversation): NamedServer {
  const { address, port } = conversation.server;
  const name = serverNameOf(conversation);
  return {
    address: inSubject(address),
    rest: name === null ? `:${port}` : `:${port} (${name})`,
  };
}

/** The address as a subject has it. */
export function inSubject(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
