/** What captured conversations say of the versions that a server speaks. */

import { expect } from 'chai';
import { ServerChoices } from '../../../lib/diagnose/capture/choices.ts';
import type { Code } from '../../../lib/evidence/index.ts';
import { codes } from '../support.ts';
import { answered, capture, conversation, host, ids, seen, single, the } from './support.ts';

describe('diagnose: versions in captures', () => {
  it('takes protocol_version of the server for a likely, of the client after a ServerHello for a proven mismatch', () => {
    const server = the(single(seen.alert('server', 70)), 'tls.no-common-version');
    expect(server).to.include({ confidence: 'likely', severity: 'high' });
    expect(ids(single(seen.alert('server', 70)))).to.deep.equal(['tls.no-common-version']);
    const client = { ...answered(), ...seen.alert('client', 70) };
    expect(the(single(client), 'tls.no-common-version').confidence).to.equal('proven');
    expect(ids(single({ ...answered(), ...seen.alert('server', 70) }))).to.deep.equal(['handshake.alert']);
  });

  it('does not believe a server that refuses what it chose at another time', () => {
    const refused = conversation(1, seen.alert('server', 70));
    const chosen = conversation(2, seen.complete());
    for (const both of [
      [refused, chosen],
      [chosen, refused],
    ]) {
      const finding = the(capture(both), 'handshake.alert');
      expect(finding).to.include({ confidence: 'proven', severity: 'high', count: 1 });
      expect(finding.excluded).to.deep.equal([
        {
          id: 'tls.no-common-version',
          why: 'the same server chose TLSv1.2 in c2, and these hellos offer it, too',
        },
      ]);
      expect(ids(capture(both))).to.deep.equal(['handshake.alert']);
    }
    const found = (other: ReturnType<typeof conversation>): string[] =>
      ids(capture([refused, conversation(3, seen.alert('server', 70)), other]));
    // Another version, another server, another name: nothing that this one could have chosen.
    const older = { version: codes['TLSv1.0'], cipherSuite: '0xc013', group: null } as const;
    expect(found(conversation(2, { ...seen.complete(), negotiated: older }))).to.deep.equal(['tls.no-common-version']);
    expect(found(conversation(2, seen.complete(), { sni: 'other.test' }))).to.deep.equal(['tls.no-common-version']);
    const server = { address: '192.0.2.11', port: 443 };
    expect(found(conversation(2, seen.complete(), { server }))).to.deep.equal(['tls.no-common-version']);
    // A client that offers nothing of what the server chose may be refused, whatever becomes of the others.
    const old = conversation(4, seen.alert('server', 70), {
      more: { hello: { sni: host, versions: [codes['TLSv1.0']], length: 317 } },
    });
    expect(ids(capture([refused, old, chosen]))).to.deep.equal(['tls.no-common-version']);
  });

  it('counts refusals that it has no room to compare with what the server chose', () => {
    const refusals = (count: number): ServerChoices => {
      const choices = new ServerChoices();
      for (let i = 0; i < count; i++) {
        const refused = conversation(i, seen.alert('server', 70), {
          more: { hello: { sni: host, versions: [codes['TLSv1.2'], code(i)], length: 317 } },
        });
        // The same once more is no other one.
        for (const again of [refused, refused]) choices.note({ address: '192.0.2.1', rest: ':443' }, again, again);
      }
      const chosen = conversation(count, seen.complete());
      choices.note({ address: '192.0.2.1', rest: ':443' }, chosen, chosen);
      return choices;
    };
    const code = (i: number): Code => `0x${(0x1000 + i).toString(16)}`;
    expect([refusals(99).forgotten, [...refusals(99).contradictions()].length]).to.deep.equal([0, 1]);
    expect([refusals(101).forgotten, [...refusals(101).contradictions()].length]).to.deep.equal([2, 0]);
  });

  it('looks for something between where a server that speaks TLS answers one hello with another protocol', () => {
    const mistaken = conversation(1, seen.notTls());
    const chosen = conversation(2, seen.complete());
    for (const both of [
      [mistaken, chosen],
      [chosen, mistaken],
    ]) {
      const finding = the(capture(both), 'handshake.not-tls');
      expect(finding).to.include({ confidence: 'proven', severity: 'high', count: 1 });
      expect(finding.excluded).to.deep.equal([
        { id: 'tls.no-common-version', why: 'the same server chose TLSv1.2 in c2, and these hellos offer it, too' },
      ]);
      expect(finding.remedies.map(({ id }) => id)).to.deep.equal([
        'capture-at-both-ends',
        'update-terminator',
        'shorten-hello',
      ]);
      expect(finding.evidence[0]?.text).to.include('c1, ');
      expect(ids(capture(both))).to.deep.equal(['handshake.not-tls']);
    }
    // Of a port that speaks TLS to nobody, or under another name or address, it is the port that is to be checked.
    const server = { address: '192.0.2.11', port: 443 };
    for (const others of [[], [conversation(2, seen.complete(), { server })]]) {
      const { remedies, excluded } = the(capture([mistaken, ...others]), 'handshake.not-tls');
      expect(remedies.map(({ id }) => id)).to.deep.equal(['check-port']);
      expect(excluded.map(({ id }) => id)).to.not.include('tls.no-common-version');
    }
  });

  it('calls a version below TLS 1.2 that was negotiated a weakness of that server', () => {
    const old = {
      negotiated: { version: codes['TLSv1.0'], cipherSuite: '0xc013', group: null },
    } as const;
    const finding = the(single({ ...seen.complete(), ...old }, { version: 'TLSv1.0' }), 'tls.legacy-version-enabled');
    expect(finding).to.include({ severity: 'low', subject: '192.0.2.10:443 TLSv1.0' });
    for (const [version, severity] of [
      ['SSLv3', 'medium'],
      ['DTLSv1.0', 'low'],
    ] as const) {
      expect(the(single(seen.complete(), { version }), 'tls.legacy-version-enabled').severity).to.equal(severity);
    }
    for (const version of ['TLSv1.2', 'TLSv1.3', 'DTLSv1.2']) {
      expect(ids(single(seen.complete(), { version }))).to.deep.equal([]);
    }
  });
});
