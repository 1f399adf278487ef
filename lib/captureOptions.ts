/** What can be asked of an analysis of a capture. */

import { type CaptureLimits, defaultCaptureLimits, type Repeat } from './capture/index.ts';
import type { Code, Conversation, Language } from './evidence/index.ts';
import type { KeyLog } from './session/index.ts';
import { HarnessError } from './wire/index.ts';

export interface CaptureOptions {
  /** Name of the capture in the report; default the path, the name of a `File`, or `capture`. */
  readonly name?: string;
  /** Clock of the judgement; default now. Validity is judged at the time of the packets too. */
  readonly now?: Date;
  readonly language?: Language;
  /** Key log texts (NSS format), or one that was read, which open what is encrypted; those inside a pcapng file are used without asking. */
  readonly keyLog?: readonly string[] | KeyLog;
  /** PEM files with CA certificates to trust, and to check sftunnel certificates against. */
  readonly caFiles?: readonly string[];
  /** The same as PEM text. */
  readonly caPem?: readonly string[];
  /** Name that server certificates must be good for; default the server name that each hello asks for. */
  readonly expectName?: string;
  readonly expectIssuer?: string;
  readonly expectFingerprint?: string;
  readonly clientVersions?: readonly Code[];
  /** Server ports whose failed connections are judged beside the usual ones of TLS. */
  readonly ports?: readonly number[];
  readonly limits?: Partial<CaptureLimits>;
  /** Bytes of the source that are read at most; what follows is left out and counted as `size-limit`. */
  readonly maxBytes?: number;
  /** Tell every ClientHello with its bytes, as an event. */
  readonly hellos?: boolean;
  /** Who needs each kind of conversation only once: what comes again is counted here in place of being told. */
  readonly repeats?: RepeatedConversations;
  readonly signal?: AbortSignal;
}

/**
 * Takes conversations that are like an earlier one in everything that matters to the findings: what was offered, chosen and sent
 * (certificates among it), how it ended, the server's port and both MSS. Of their own they have times, packets, addresses, ids and keys.
 */
export interface RepeatedConversations {
  /** True when it is enough to count another one like `first`, which was told as an event. */
  enough(first: Conversation, repeat: Repeat): boolean;
  /** It was counted in the findings and the counters, and is not told. */
  again(first: Conversation, repeat: Repeat): void;
}

/** @throws HarnessError `bad-option` */
export function requireUsable({ now, limits = {}, maxBytes, ports = [] }: CaptureOptions): void {
  const need = (holds: boolean, name: string, takes: string): void => {
    if (!holds) throw new HarnessError('bad-option', `The option ${name} takes ${takes}.`);
  };
  need(now === undefined || !Number.isNaN(now.getTime()), 'now', 'a valid date');
  need(maxBytes === undefined || maxBytes > 0, 'maxBytes', 'a number of bytes above 0');
  for (const port of ports)
    need(Number.isInteger(port) && port >= 1 && port <= 65_535, 'ports', 'numbers from 1 to 65535');
  for (const [name, value] of Object.entries(limits)) {
    need(
      Object.hasOwn(defaultCaptureLimits, name),
      `limits.${name}`,
      `one of ${Object.keys(defaultCaptureLimits).join(', ')}`,
    );
    need(value === undefined || (Number.isInteger(value) && value >= 1), `limits.${name}`, 'a whole number from 1');
  }
}
