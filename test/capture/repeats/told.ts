/** A capture with and without counting of repeats, and what must be the same. */

import { expect } from 'chai';
import type { CaptureInput } from '../../../lib/capture/index.ts';
import type { CaptureOptions } from '../../../lib/captureOptions.ts';
import { captureEvents } from '../../../lib/captures.ts';
import type { CaptureEvent, Conversation } from '../../../lib/evidence/index.ts';

interface Told {
  readonly told: readonly Conversation[];
  /** What each conversation that was not told is like, by its own ends and time. */
  readonly again: ReadonlyMap<string, Conversation>;
  /** Certificates and summary. */
  readonly rest: readonly CaptureEvent[];
}

const now = new Date('2026-03-05T00:00:00Z');

async function tell(input: CaptureInput, options: CaptureOptions, counts: boolean): Promise<Told> {
  const told: Conversation[] = [];
  const rest: CaptureEvent[] = [];
  const again = new Map<string, Conversation>();
  const repeats = {
    enough: () => true,
    again: (
      first: Conversation,
      { time, client, server }: { time: number } & Pick<Conversation, 'client' | 'server'>,
    ) => void again.set(keyOf(client, server, Math.trunc(time)), first),
  };
  for await (const event of captureEvents(input, { now, ...(counts ? { repeats } : {}), ...options })) {
    if (event.type === 'conversation') told.push(event.conversation);
    else if (event.type === 'certificates' || event.type === 'summary') rest.push(event);
  }
  return { told, again, rest };
}

/** What is found is known after each piece. */
export function* inPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 8192) yield bytes.subarray(at, at + 8192);
}

function keyOf(client: Conversation['client'], server: Conversation['server'], time: number): string {
  return `${client.address} ${client.port} ${server.address} ${server.port} ${time}`;
}

/** What findings and tables say of a conversation beside its own ends, times, packets and numbers. */
function essence({ clientHello, serverHello, alerts, certificateRequest, evidence, ...conversation }: Conversation) {
  const { outcome, protocol, certificates, certificateAbsence, helloRetryRequest, decrypted, sftunnel } = conversation;
  const { completeness, end, endedBy, connect, alert, reply, looksLike, detail, path, received, hello } = evidence;
  const { version, cipherSuite, group, alpn, extensions } = serverHello ?? {};
  return {
    whole: [outcome, protocol, certificates, certificateAbsence, helloRetryRequest, decrypted, sftunnel],
    seen: [completeness, end, endedBy, connect, alert, reply, looksLike, detail, path.announcedMss, path.peerMss],
    offer: clientHello && [clientHello.ja3, clientHello.ja4, clientHello.sni, clientHello.alpn, clientHello.groups],
    chosen: [version, cipherSuite, group, alpn, extensions],
    alerts: alerts.map(({ from, level, name }) => [from, level, name]),
    authorities: certificateRequest?.authorities,
    received: received.map(({ message }) => message),
    versions: hello?.versions,
    loss: conversation.loss,
  };
}

/** Expects the same findings, counters and certificates, and that what is not told is like what it is said to be like. @returns how many are not told */
export async function expectSame(bytes: Uint8Array, about: string, options: CaptureOptions = {}): Promise<number> {
  const all = await tell(inPieces(bytes), options, false);
  const { told, again, rest } = await tell(inPieces(bytes), options, true);
  expect(told.length + again.size, about).to.equal(all.told.length);
  expect(rest, about).to.deep.equal(all.rest);
  const byId = new Map(told.map((conversation) => [conversation.id, conversation]));
  for (const conversation of all.told) {
    const { id, client, server, startedAt } = conversation;
    const first = again.get(keyOf(client, server, Date.parse(startedAt)));
    if (first === undefined) expect(byId.get(id), `${about} ${id}`).to.deep.equal(conversation);
    else expect(essence(first), `${about} ${id}`).to.deep.equal(essence(conversation));
  }
  return again.size;
}
