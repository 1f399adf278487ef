/** A sender without a network: each hello is answered by a function, and everything sent is written down. */

import {
  type AlertEvidence,
  type Attempt,
  type HandshakeEvidence,
  handshakeEvidence,
} from '../../lib/evidence/index.ts';
import { buildHello, type HelloPlan, type HelloSpec, planOf } from '../../lib/hello/index.ts';
import type { Exchange } from '../../lib/live/index.ts';
import { type AttemptRequest, type Control, type Enumerator, ProbeStopped } from '../../lib/probe/index.ts';
import { createFlightReader } from '../../lib/session/index.ts';

export const controlSpec: HelloSpec = buildHello({
  versions: [0x0303],
  cipherSuites: [0xc02f],
  sni: null,
  random: (n) => new Uint8Array(n),
});
export const changedSpec: HelloSpec = buildHello({
  versions: [0x0303],
  cipherSuites: [0xc02f, 0xc030],
  sni: null,
  random: (n) => new Uint8Array(n),
});

/** How the fake server treats a hello: what it picks, or how it ends. */
export type FakeReply = { readonly suite: number } | 'reset' | 'closed' | 'silent' | 'alert' | 'internal-error';

export interface FakeSender extends Enumerator {
  readonly sent: { readonly spec: HelloSpec; readonly request: AttemptRequest }[];
  isDoubted: boolean;
}

/** A sender to a server that answers by `reply`; `round` counts the hellos from 0. */
export function fakeSender(reply: (spec: HelloSpec, round: number) => FakeReply): FakeSender {
  const control: Control = { plan: planOf(controlSpec, { preset: 'control' }), attempt: 'a0', maxHelloLength: null };
  const sent: FakeSender['sent'] = [];
  return {
    control,
    sent,
    isDoubted: false,
    steadiness: { wavered: false },
    doubt() {
      this.isDoubted = true;
      return Promise.reject(new ProbeStopped('target-lost'));
    },
    attempt(request) {
      const spec = specOf(request.hello);
      const round = sent.length;
      sent.push({ spec, request });
      return Promise.resolve(exchangeOf(`a${round + 1}`, spec, reply(spec, round), request.controlRef ?? null));
    },
  };
}

function specOf(hello: HelloSpec | HelloPlan): HelloSpec {
  if (!('message' in hello)) return hello;
  if (hello.spec === null) throw new Error('the tests send specs');
  return hello.spec;
}

function exchangeOf(id: string, spec: HelloSpec, reply: FakeReply, controlRef: string | null): Exchange {
  const chosen = typeof reply === 'object' ? reply.suite : null;
  const alert = alertOf(reply);
  const end = alert === null ? reply : 'alert';
  const flight = { ...createFlightReader({ goal: 'server-hello' }).flight, alert };
  const negotiated = chosen === null ? null : { version: 0x0303, cipherSuite: chosen, group: null };
  const at = '2026-01-01T00:00:00.000Z';
  const known: Partial<HandshakeEvidence> =
    chosen === null
      ? { reply: end as 'reset', end: end as 'reset', alert }
      : { reply: 'server-hello', end: 'stopped', received: [{ message: 'server-hello', at, bytes: 80 }] };
  const attempt: Attempt = {
    id,
    transport: 'tcp',
    sentAt: at,
    connectMs: 1,
    replyMs: 1,
    hello: { preset: null, length: spec.cipherSuites.length, firstFlight: 0, sha256: '' },
    records: [],
    segments: [],
    segmentsConfirmed: null,
    mss: null,
    concurrent: 0,
    evidence: handshakeEvidence({ source: { kind: 'attempt', ref: id }, connect: 'ok', controlRef, ...known }),
  };
  return { attempt, flight: { ...flight, negotiated } };
}

function alertOf(reply: FakeReply): AlertEvidence | null {
  if (reply === 'alert') return { from: 'server', level: 'fatal', code: 40, name: 'handshake_failure' };
  if (reply === 'internal-error') return { from: 'server', level: 'fatal', code: 80, name: 'internal_error' };
  return null;
}
