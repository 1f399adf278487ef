/**
 * sftunnel: the peer of a management channel between FMC and FTD, as far as it shows itself to one without credentials: its
 * certificate, whose certificates it takes, and whether it refuses to talk at all.
 */

import type { Certificate, SftunnelCa, SftunnelValue } from '../lib/evidence/index.ts';
import type { Exchange, Handshake } from '../lib/live/index.ts';
import {
  chainRow,
  defineProbe,
  type ProbeContext,
  type ShownChain,
  suitesFor,
  versionName,
} from '../lib/probe/index.ts';
import { codeText, extensionType, tlsVersion } from '../lib/wire/index.ts';
import {
  givenIssuers,
  issuedBy,
  nameAttributes,
  readCertificateOrStub,
  sftunnelShape,
  shownName,
} from '../lib/x509/index.ts';

type Asking = SftunnelValue['clientCertificate'];

/** It is the control channel of somebody's firewalls, and each handshake that is broken off is a line in their logs: two connections beside those of `connect`. */
export const sftunnel = defineProbe({
  id: 'sftunnel',
  title: { en: 'sftunnel peer', ja: 'sftunnel の相手' },
  uses: ['connect'],
  onRequest: true,
  unanswered: true,
  run: async (ctx): Promise<SftunnelValue> => {
    if (ctx.run.control === null) return { ...nothing, peer: refuses(ctx) ? 'refuses' : 'other' };
    const clear = await inClear(ctx);
    const sealed = speaks(ctx, tlsVersion['TLSv1.3']) ? await inTls13(ctx) : null;
    const shown = [chainIn(clear), chainOf(sealed)].filter((one) => one !== null);
    const chains = await Promise.all(shown.map((one) => chainRow(ctx.run.settings, one)));
    const leaf = chains[0]?.chain[0];
    return {
      peer: 'answers',
      tls12: speaks(ctx, tlsVersion['TLSv1.2']) ? true : versionKnown(ctx, tlsVersion['TLSv1.2']),
      tls13: sealed !== null ? true : versionKnown(ctx, tlsVersion['TLSv1.3']),
      identity: leaf === undefined ? null : identityOf(leaf),
      chains,
      ca: shown[0] === undefined ? null : await authorityOf(ctx, shown[0]),
      clientCertificate: sealed === null ? askedInClear(clear) : askedInTls13(sealed, clear),
    };
  },
});

const nothing: Omit<SftunnelValue, 'peer'> = {
  tls12: null,
  tls13: null,
  identity: null,
  chains: [],
  ca: null,
  clientCertificate: { when: null, required: null, authorities: [] },
};

/** Every attempt ended with RST or FIN, or the port itself was refused. */
function refuses({ run }: ProbeContext): boolean {
  const ends = run.exchanges.map(({ attempt: { evidence } }) =>
    evidence.connect === 'ok' ? evidence.end : evidence.connect,
  );
  return ends.length > 0 && ends.every((end) => end === 'refused' || end === 'reset' || end === 'closed');
}

/** The flight of TLS 1.2 or older, in which certificate and request stand in the clear (RFC 5246 §7.3); null where there is none. */
async function inClear(ctx: ProbeContext): Promise<Exchange | null> {
  const seen = ctx.exchanges.find(({ flight }) => flight.certificates.length > 0 && flight.end === 'complete');
  if (seen !== undefined) return seen;
  const version = tlsVersion['TLSv1.2'];
  const asked = await ctx.attempt({
    hello: ctx.hello({ versions: [version], cipherSuites: suitesFor(version).codes.slice(0, 40) }),
    goal: 'server-flight',
    controlRef: ctx.control.attempt,
  });
  return asked.flight.certificates.length > 0 ? asked : null;
}

/** Our own client, which can be asked for a certificate also once the handshake is finished (RFC 8446 §4.2.6). */
function inTls13(ctx: ProbeContext): Promise<Handshake> {
  const hello = ctx.hello({ versions: [tlsVersion['TLSv1.3']] });
  const asksLater = { type: codeText(extensionType.post_handshake_auth), data: '' };
  return ctx.handshake({
    hello: { ...hello, extensions: [...(hello.extensions ?? []), asksLater] },
    goal: 'finished',
    controlRef: ctx.control.attempt,
  });
}

/** True when some flight was of this version. */
function speaks({ exchanges }: ProbeContext, version: number): boolean {
  return exchanges.some(({ flight }) => flight.negotiated?.version === version);
}

/**
 * False where the server answered a hello that offered this version with a lower one, or refused one that offered nothing else
 * with an alert; null where neither was seen.
 */
function versionKnown({ exchanges }: ProbeContext, version: number): boolean | null {
  const code = codeText(version);
  const told = exchanges.some(({ attempt, flight }) => {
    const offered = attempt.evidence.hello?.versions ?? [];
    if (!offered.includes(code)) return false;
    const chosen = flight.negotiated?.version ?? null;
    return chosen === null ? offered.length === 1 && attempt.evidence.end === 'alert' : chosen < version;
  });
  return told ? false : null;
}

function chainIn(exchange: Exchange | null): ShownChain | null {
  if (exchange?.flight.negotiated == null) return null;
  const { attempt, flight } = exchange;
  return {
    version: versionName(exchange.flight.negotiated.version),
    how: 'plain',
    chain: flight.certificates,
    attempt: attempt.id,
  };
}

function chainOf(made: Handshake | null): ShownChain | null {
  if (made === null || made.flight.certificates.length === 0) return null;
  return { version: 'TLSv1.3', how: 'decrypted', chain: made.flight.certificates, attempt: made.attempt.id };
}

function identityOf(leaf: Certificate): SftunnelValue['identity'] {
  const shape = sftunnelShape(leaf);
  if (shape === null) return null;
  return { ...shape, managerUuid: nameAttributes(leaf.issuer).find(({ type }) => type === 'CN')?.value ?? null };
}

/** The InternalCA: from the chain, else among the roots given, by name; those whose key signed the leaf first. */
async function authorityOf(ctx: ProbeContext, { chain: [leaf, ...sent] }: ShownChain): Promise<SftunnelCa | null> {
  const { judgement, trust } = ctx.run.settings;
  if (leaf === undefined) return null;
  const read = (der: Uint8Array): Certificate => readCertificateOrStub(der, { now: new Date(judgement.now) });
  if (sftunnelShape(read(leaf)) === null) return null;
  const candidates = [
    ...sent.map((der) => ({ how: 'sent' as const, der })),
    ...givenIssuers(leaf, trust.roots).map((der) => ({ how: 'given' as const, der })),
  ].filter(({ der }) => read(der).subject === read(leaf).issuer);
  let best: SftunnelCa | null = null;
  for (const { how, der } of candidates) {
    const signed = signs[await issuedBy(leaf, der, trust.verify)];
    if (best === null || (signed === true && best.signed !== true)) best = { how, certificate: read(der), signed };
  }
  return best;
}

const signs = { verified: true, 'not-verified': false, unknown: null } as const;

function askedInClear(exchange: Exchange | null): Asking {
  const request = exchange?.flight.certificateRequest;
  if (request === undefined) return nothing.clientCertificate;
  if (request === null) return { when: 'never', required: false, authorities: [] };
  return { when: 'handshake', required: null, authorities: request.authorities.map(shownName) };
}

function askedInTls13({ flight, clientCertificateRequired }: Handshake, clear: Exchange | null): Asking {
  const later = flight.after.certificateRequest;
  const request = flight.certificateRequest ?? later;
  if (request !== null) {
    return {
      when: flight.certificateRequest === null ? 'post-handshake' : 'handshake',
      required: clientCertificateRequired,
      authorities: request.authorities.map(shownName),
    };
  }
  const inClearToo = askedInClear(clear);
  if (inClearToo.when === 'handshake') return inClearToo;
  return { ...nothing.clientCertificate, when: flight.finished ? 'never' : null };
}
