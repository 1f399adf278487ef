/** What is known of conversations like earlier ones: it is what would be found of each of them by itself. */

import { expect } from 'chai';
import { diagnose } from '../../../lib/diagnose/index.ts';
import type { Conversation, Finding } from '../../../lib/evidence/index.ts';
import { randomFrom } from '../../wire/mutate.ts';
import { certificate } from '../support.ts';
import {
  after,
  answered,
  type ConversationDetails,
  capture,
  conversation,
  foundIn,
  ids,
  inDays,
  mute,
  path,
  seen,
  still,
  the,
} from './support.ts';

/** More than findings show: those beyond are counted. */
const enough = 25;

type Became = Parameters<typeof conversation>[1];

function many(became: Became, details: ConversationDetails = {}, from = 1): Conversation[] {
  return Array.from({ length: enough }, (_, i) => conversation(from + i, became, details));
}

function summary({ id, subject, count }: Finding) {
  return { id, subject, count };
}

/** A finding, without what other conversations of the capture add to it: further names, and another reason for a refusal. */
function withoutOthers({ id, subject }: Finding): string {
  if (id === 'policy.reset-injected') return `${id} ${subject?.replace(/ .*/, '')}`;
  return `${id === 'tls.no-common-version' ? 'handshake.alert' : id} ${subject}`;
}

describe('diagnose: conversations like earlier ones', () => {
  it('are counted for the name that each was asked for, also where no certificate was seen', () => {
    const refused = seen.alert('server', 40);
    const conversations = [
      ...many(refused, { sni: 'one.example' }),
      ...many(refused, { sni: 'two.example' }, 101),
      ...many(refused, { sni: 'one.example' }, 201),
    ];
    expect(foundIn(capture(conversations)).map(summary)).to.deep.equal([
      { id: 'handshake.alert', subject: '192.0.2.10:443 (one.example)', count: 2 * enough },
      { id: 'handshake.alert', subject: '192.0.2.10:443 (two.example)', count: enough },
    ]);
  });

  it('are not those of a DTLS client that asks again and again without an answer', () => {
    const unanswered = { connect: 'unseen', end: null, completeness: 'one-sided', inbound: mute } as const;
    const once = many(unanswered, { protocol: 'dtls', endedAt: after(0) });
    const loss = { retransmissions: 3, missingBytes: { client: 0, server: 0 }, icmp: [], fragments: noFragments };
    const again = many(unanswered, { protocol: 'dtls', loss }, 101);
    expect(foundIn(capture([...once, ...again])).map(summary)).to.deep.equal([
      { id: 'vpn.dtls-blocked', subject: '192.0.2.10:443 (vpn.example.test)', count: enough },
    ]);
    const gaveUp = { ...unanswered, ...seen.alert('client', 80) };
    const left = [conversation(1, gaveUp, { protocol: 'dtls' }), conversation(2, gaveUp, { protocol: 'dtls', loss })];
    expect(ids(capture(left))).to.include('vpn.dtls-blocked');
  });

  it('are not those with a RST that the server contradicts, though their handshake was finished', () => {
    const reset = { ttl: 61, ipId: 7, window: 0, contradicted: true };
    for (const became of [seen.complete(), { end: null }]) {
      const injected = conversation(101, { ...became, path: { ...path, reset } });
      expect(ids(capture([...many(became), injected]))).to.deep.equal(['policy.reset-injected']);
    }
  });

  it('are not those of a client that waited, where another one hung up at once', () => {
    const unanswered = { ...seen.alert('client', 90), inbound: mute };
    const conversations = [
      ...many(unanswered, { endedAt: after(1) }),
      conversation(101, unanswered, { endedAt: after(30) }),
    ];
    expect(ids(capture(conversations))).to.deep.equal(['handshake.silent']);
  });

  it('exclude only what is excluded for each of them', () => {
    const refused = seen.alert('server', 40);
    const large = { ...refused, sent: { ...still, acked: 0, retransmitted: 1200 } };
    const excluded = (conversations: readonly Conversation[]) =>
      the(capture(conversations), 'handshake.alert').excluded.map(({ id }) => id);
    expect(excluded(many(refused))).to.include('path.blackhole-outbound');
    const mixed = [...many(refused), conversation(101, large, { length: 1200 })];
    expect(excluded(mixed)).to.deep.equal(['tls.client-certificate-required']);
    // Nothing was sent again before the alert came, so nothing was lost.
    const atOnce = conversation(101, { ...refused, sent: { ...still, acked: 0 } }, { length: 1200 });
    expect(excluded([...many(refused), atOnce])).to.include('path.blackhole-outbound');
  });

  it('are not those without a name where one is expected, when others asked for an empty one', () => {
    const chain = [certificate()];
    const conversations = [
      ...many(seen.complete(), { chain, sni: '' }),
      conversation(101, seen.complete(), { chain, sni: null }),
    ];
    const input = capture(conversations, { certificates: chain, judgement: { expectName: 'other.example' } });
    expect(ids(input)).to.deep.equal(['cert.name-mismatch']);
  });

  it('are judged by the server that each of them is of', () => {
    const chain = [certificate()];
    const server = { address: '192.0.2.11', port: 443 };
    const details = { chain, version: 'TLSv1.0' };
    const conversations = [
      ...many(answeredAndDone(), details),
      ...many(answeredAndDone(), { ...details, server }, 101),
    ];
    const found = foundIn(capture(conversations, { certificates: chain }));
    expect(found.map(summary)).to.deep.equal([
      { id: 'tls.legacy-version-enabled', subject: '192.0.2.10:443 TLSv1.0', count: enough },
      { id: 'tls.legacy-version-enabled', subject: '192.0.2.11:443 TLSv1.0', count: enough },
    ]);
  });

  it('are found to be what each of them is found to be by itself', () => {
    const random = randomFrom(43);
    const chosen = (count: number): number => Math.floor(random() * count);
    const findings = (numbers: readonly number[][]): string[] => {
      const conversations = numbers.map((indices, i) => made(indices, i + 1));
      const certificates = leaves.filter(({ sha256 }) =>
        conversations.some(({ certificates }) => certificates.server.includes(sha256)),
      );
      const found = diagnose(capture(conversations, { certificates, judgement: { expectName: 'two.example' } }));
      return found.map(withoutOthers);
    };
    const byItself = new Map<string, string[]>();
    for (let round = 0; round < 200; round++) {
      const base = dimensions.map(chosen);
      const like = Array.from({ length: 40 }, () => {
        const other = [...base];
        const changed = chosen(2 * base.length);
        if (changed < base.length) other[changed] = chosen(dimensions[changed] as number);
        return other;
      });
      const each = like.flatMap((indices) => {
        const key = indices.join();
        const known = byItself.get(key) ?? findings([indices]);
        byItself.set(key, known);
        return known;
      });
      expect(new Set(findings(like)), base.join()).to.deep.equal(new Set(each));
    }
  });
});

const noFragments = { seen: 0, incomplete: 0 };

function answeredAndDone(): Became {
  return { ...answered(), end: 'complete' };
}

const leaves = [certificate(), certificate({ sha256: 'cd'.repeat(32), notBefore: inDays(-29.5) })];

const courses: readonly Became[] = [
  seen.complete(),
  { end: null },
  { ...seen.complete(), certificateAbsence: { server: 'tls13-encrypted', client: null } },
  seen.alert('server', 40),
  seen.alert('server', 70),
  { ...answered(), ...seen.alert('client', 48) },
  { ...seen.alert('client', 90), inbound: mute },
  { connect: 'unseen', completeness: 'one-sided', end: null, inbound: mute },
];

/** How many values each number that `made` takes may have. */
const dimensions = [courses.length, 3, 2, 3, 2, 2, 2, 2, 2, 3, 2];

/** Conversation `c<number>`, which differs from others in few things. */
function made(indices: readonly number[], number: number): Conversation {
  const [became = 0, host = 0, port, sni = 0, wait, protocol, repeated, reset, mss, chain = 0, day] = indices;
  const contradicted = { ttl: 61, ipId: 7, window: 0, contradicted: true };
  const start = day === 1 ? 86_400 : 0;
  const leaf = leaves[chain - 1];
  return conversation(
    number,
    {
      ...courses[became],
      path: { ...path, peerMss: mss === 1 ? 1380 : 1460, reset: reset === 1 ? contradicted : null },
    },
    {
      server: { address: ['192.0.2.10', '192.0.2.11', '2001:db8::10'][host] as string, port: port === 1 ? 8305 : 443 },
      sni: [null, 'one.example', 'two.example'][sni] as string | null,
      startedAt: after(start),
      endedAt: after(start + (wait === 1 ? 30 : 0)),
      protocol: protocol === 1 ? 'dtls' : 'tls',
      loss: {
        retransmissions: repeated === 1 ? 3 : 0,
        missingBytes: { client: 0, server: 0 },
        icmp: [],
        fragments: noFragments,
      },
      chain: leaf === undefined ? [] : [leaf],
    },
  );
}
