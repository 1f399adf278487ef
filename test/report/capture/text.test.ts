import { expect } from 'chai';
import type { CapturedCertificate, Conversation, FailedConnections, Language } from '../../../lib/evidence/index.ts';
import {
  CaptureDigest,
  displayWidth,
  renderCapture,
  renderCaptureDigest,
  renderCaptureJunit,
  renderCaptureVerdict,
} from '../../../lib/report/index.ts';
import {
  captured,
  captureEvents,
  captureReport,
  clientHello,
  conversation,
  fmcUuid,
  ftdUuid,
  type SampleCapture,
  sftunnelCertificates,
  sftunnelConversation,
  sha,
} from '../captureSamples.ts';
import { finding } from '../samples.ts';

const languages: readonly Language[] = ['en', 'ja'];

function shown(sample: SampleCapture = {}, language: Language = 'en', width = 100): string {
  return renderCapture(captureReport(sample), { language, width });
}

function section(text: string, title: string): string[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(title));
  expect(start, `no section ${title} in\n${text}`).to.not.equal(-1);
  const length = lines.slice(start).indexOf('');
  return lines.slice(start + 1, length === -1 ? undefined : start + length);
}

describe('report: a capture as text', () => {
  it('begins with the file, its span and the verdict; then the findings, then who spoke to whom', () => {
    const text = shown();
    expect(text.split('\n').slice(0, 3)).to.deep.equal([
      'ticket.pcap',
      'pcap, 1,234 packets, 2026-10-07 12:16:56 - 12:19:03 UTC, 2 min 6 s',
      '✖ FINDINGS  1 high',
    ]);
    const order = ['✖ HIGH', 'sftunnel (', 'Conversations (', 'Certificates (', 'Capture  '].map((part) =>
      text.indexOf(part),
    );
    expect(order).to.not.include(-1);
    expect(order).to.deep.equal([...order].sort((a, b) => a - b));
    expect(text).to.contain('Evidence   packet 97  the server sent CN=vpn.example.com');
  });

  it('says which clock was wrong, where packets are later than the judgement or older than TLS', () => {
    const at = (now: string, language: Language = 'en') =>
      renderCapture(captureReport(), { language, now, width: 400 }).split('\n')[3];
    expect(at('2026-10-07T00:00:00Z')).to.equal('');
    expect(at('2026-10-05T00:00:00Z')).to.contain('later than the clock of the judgement (2026-10-05)');
    expect(at('2026-10-05T00:00:00Z', 'ja')).to.contain('判定の時刻(2026-10-05)より後');
    const report = captureReport();
    const source = { ...report.source, firstPacketAt: '1970-01-01T00:00:01.000Z' };
    expect(renderCapture({ ...report, source })).to.contain('was not set');
  });

  it('says that the machine which captured lost packets, by its own count', () => {
    const report = captureReport();
    const counters = { ...report.counters, dropped: { 'lost-by-capture': 1_234 } };
    expect(renderCapture({ ...report, counters }, { width: 400 })).to.contain('lost 1,234 packets by its own count');
    expect(renderCapture({ ...report, counters }, { width: 400, language: 'ja' })).to.contain(
      '1,234 パケットを取りこぼしています',
    );
  });

  it('has a line for each conversation: when, who, the name asked for, what was agreed, how it ended', () => {
    const [, first = ''] = section(shown(), 'Conversations (2)');
    expect(first).to.match(
      /^c1 {2}12:16:56 {2}192\.0\.2\.10:51234 +198\.51\.100\.7:443 +vpn\.\S+ +TLSv1\.2 +ECDHE\S+ +completed$/,
    );
  });

  it('tells how a conversation ended as exactly as it is known', () => {
    const { evidence } = conversation('c1');
    const alert = { from: 'client', level: 'fatal', code: 48, name: 'unknown_ca', packet: 9 } as const;
    const ended = (known: Partial<Conversation>): string =>
      section(
        shown({ conversations: [conversation('c1', { serverHello: null, clientHello: clientHello(), ...known })] }),
        'Conversations',
      )[1] ?? '';
    expect(ended({ outcome: 'alert', alerts: [alert] })).to.match(/client alert unknown_ca$/);
    expect(ended({ outcome: 'alert', alerts: [{ ...alert, level: 'encrypted', code: null, name: null }] })).to.match(
      /client alert encrypted$/,
    );
    expect(ended({ outcome: 'stalled', evidence: { ...evidence, received: [] } })).to.match(
      /stalled after client-hello$/,
    );
    expect(ended({ outcome: 'reset', evidence: { ...evidence, endedBy: 'server' } })).to.match(
      /reset by server after server-hello$/,
    );
    expect(ended({ outcome: 'unknown' })).to.match(/not known$/);
  });

  it('says of a conversation that spoke something else, or broken TLS, what its finding says', () => {
    const { evidence } = conversation('c1');
    const rows = (conversations: readonly Conversation[], language?: Language): string[] =>
      section(shown({ conversations }, language, 140), language === 'ja' ? '通信' : 'Conversations');
    const other = conversation('c1', {
      outcome: 'unknown',
      serverHello: null,
      evidence: { ...evidence, end: 'not-tls', looksLike: 'http', received: [] },
    });
    const broken = conversation('c2', {
      outcome: 'unknown',
      firstPacket: 20,
      evidence: { ...evidence, end: 'malformed', brokenBy: 'client' },
    });
    const notSaid = conversation('c3', {
      ...other,
      id: 'c3',
      firstPacket: 30,
      evidence: { ...other.evidence, looksLike: null },
    });
    const shownRows = rows([other, broken, notSaid]);
    expect(shownRows[1]).to.match(/ not TLS from server$/);
    expect(shownRows[2]).to.match(/ broken TLS from client after server-hello$/);
    expect(shownRows[3]).to.match(/ not TLS from client$/);
    const imitated = conversation('c4', { ...broken, id: 'c4', evidence: { ...broken.evidence, imitated: true } });
    expect(rows([imitated])[1]).to.match(/ not TLS after server-hello$/);
    // They went wrong, so they are shown before the others, and counted by what they are.
    const many = Array.from({ length: 60 }, (_, index) => conversation(`c${index + 1}`, { firstPacket: index + 1 }));
    const crowded = rows([...many, { ...other, id: 'c99', firstPacket: 99 }]);
    expect(crowded[0]).to.include('60 completed').and.to.include('1 not TLS');
    expect(crowded.find((line) => line.startsWith('c99'))).to.match(/ not TLS from server$/);
    expect(rows([other], 'ja')[1]).to.match(/サーバーからTLS ではない通信$/);
  });

  it('shows the certificates that ended first, with days now and at the capture, and who sent them', () => {
    const lines = section(shown(), 'Certificates (3)');
    expect(lines[0]).to.match(/^Subject +From +Not after +Days left +At capture +Status +Issuer +Seen in$/);
    expect(lines[1]).to.match(/^vpn\.example\.com +server +2026-10-01 +-51 +-5 +expired +Example \S.* +c1$/);
    expect(lines[2]).to.match(/^cdb123c8-\S+ +FMC +2034-10-12 +2881 +2927 +valid/);
    expect(lines[3]).to.match(/^c8d5d5c6-\S+ +FTD /);
  });

  it('calls no certificate valid whose dates cannot be read, and shows it first', () => {
    const unread = { notBefore: null, notAfter: null, daysLeft: null, daysLeftAtCapture: null } as const;
    const status = { status: 'valid', statusAtCapture: 'valid' } as const;
    const ended = captured({ sha256: sha.ca, notBefore: null });
    const certificates = [ended, captured({ ...unread, ...status, subject: 'CN=unread' })];
    const [, first = '', second = ''] = section(shown({ certificates }), 'Certificates (2)');
    expect(first).to.match(/^unread .* \? +\? +\? +not known /);
    expect(second).to.match(/ expired /);
  });

  it('says which end is the FMC, what both certificates are good for, and that the CA was not sent', () => {
    const text = section(shown(), 'sftunnel (FMC and FTD)').join('\n');
    expect(text).to.contain('10.48.79.23 (client) and 10.48.79.232:8305 (server), conversation c2');
    expect(text).to.match(new RegExp(`FMC \\(server\\) {2}UUID ${fmcUuid}`));
    expect(text).to.match(new RegExp(`FTD \\(client\\) {2}UUID ${ftdUuid}`));
    expect(text).to.contain('2881 days left (until 2034-10-12), 2927 when captured');
    expect(text.replaceAll(/\s+/g, ' ')).to.contain('was sent by neither side');
  });

  it('shows the CA itself where it was sent, and a signature that does not fit', () => {
    const [fmc] = sftunnelCertificates();
    const authority = (fmc as CapturedCertificate).issuer;
    const certificates = [
      ...sftunnelCertificates(),
      captured({ sha256: sha.ca, subject: authority, issuer: authority, daysLeft: -3, daysLeftAtCapture: 40 }),
    ];
    const conversations = [
      sftunnelConversation('c1', {
        certificates: { server: [sha.fmc, sha.ca], client: [sha.ftd] },
        sftunnel: {
          role: { client: null, server: 'FMC' },
          uuid: { client: ftdUuid, server: fmcUuid },
          authority: { client: 'not-verified', server: 'verified' },
        },
      }),
    ];
    const text = section(shown({ conversations, certificates }), 'sftunnel').join('\n');
    expect(text).to.contain(
      `InternalCA    CN ${fmcUuid}`.replace('    ', text.includes('InternalCA    ') ? '    ' : '  '),
    );
    expect(text).to.contain('ended 2 days ago (2026-10-01), 40 when captured');
    expect(text).to.contain('NOT signed by the CA of this name').and.to.contain('signature of the CA verified');
    expect(text).to.contain('role not known');
    expect(text).to.not.contain('neither side');
  });

  it('says why there is no certificate, for every reason there is, in both languages', () => {
    const reasons = ['tls13-encrypted', 'resumed', 'renegotiated', 'truncated', 'not-tls', 'no-handshake'] as const;
    for (const language of languages) {
      const texts = reasons.map((reason) => {
        const hidden = sftunnelConversation('c1', {
          certificates: { server: [], client: [] },
          certificateAbsence: { server: reason, client: reason },
          sftunnel: null,
        });
        return section(shown({ conversations: [hidden], certificates: [] }, language), 'sftunnel').join('\n');
      });
      expect(new Set(texts).size).to.equal(reasons.length);
    }
  });

  it('counts the same two ends once', () => {
    const conversations = [1, 2, 3].map((n) => sftunnelConversation(`c${n}`));
    expect(shown({ conversations })).to.contain('3 conversations, the first is c1');
  });

  it('shows connections that did not come up, ARP without a reply, and what was left out', () => {
    const text = shown({
      summary: {
        failedConnections: [
          {
            server: { address: '203.0.113.9', port: 8305 },
            kind: 'refused',
            count: 12,
            clients: ['10.0.0.1', '10.0.0.2'],
            packets: [3, 5, 7, 9, 11, 13],
            firstAt: '2026-10-07T12:17:00.000Z',
            lastAt: '2026-10-07T12:18:00.000Z',
            icmp: null,
            judged: true,
          },
        ],
        unansweredArp: [{ address: '10.0.0.9', count: 2, packets: [1, 2] }],
        counters: { packets: 9, bytes: 99, tcpFlows: 1, tlsConversations: 2, dropped: { 'flows-evicted': 1234 } },
      },
    });
    expect(section(text, 'Connections that did not come up')[1]).to.match(
      /^203\.0\.113\.9:8305 +refused \(RST\) +12 +10\.0\.0\.1 and 1 more +10-07 12:17:00 +3 5 7 9 11 …$/,
    );
    expect(section(text, 'ARP requests')[1]).to.match(/^10\.0\.0\.9 +2 +1 2$/);
    expect(text).to.contain('Left out  flows-evicted 1,234');
  });

  it('says of connections whose SYN expired on the way what that means', () => {
    const expired: FailedConnections = {
      server: { address: '203.0.113.9', port: 443 },
      kind: 'unreachable',
      count: 1,
      clients: ['10.0.0.1'],
      packets: [3],
      firstAt: '2026-10-07T12:17:00.000Z',
      lastAt: '2026-10-07T12:17:00.000Z',
      icmp: { type: 11, code: 0, from: '10.0.0.254', mtu: null },
      judged: true,
    };
    const summary = { failedConnections: [expired] };
    expect(shown({ summary })).to.contain('TTL expired (loop or traceroute), ICMP 11/0');
    expect(shown({ summary }, 'ja')).to.contain('TTL 切れ (ループまたは traceroute)、ICMP 11/0');
    const other = { failedConnections: [{ ...expired, icmp: { type: 3, code: 1, from: '10.0.0.254', mtu: null } }] };
    expect(shown({ summary: other })).to.contain('ICMP unreachable, ICMP 3/1');
  });

  it('shows those that ended before a byte was sent in a table of their own', () => {
    const ended = (endedBy: 'client' | 'server', most: number): FailedConnections => ({
      server: { address: '203.0.113.9', port: 8305 },
      kind: endedBy === 'client' ? 'reset' : 'closed',
      count: 3,
      clients: ['10.0.0.1'],
      packets: [3, 5, 7],
      firstAt: '2026-10-07T12:17:00.000Z',
      lastAt: '2026-10-07T12:18:00.000Z',
      icmp: null,
      judged: true,
      endedBy,
      lastedMs: { least: 12, most },
    });
    const summary = { failedConnections: [ended('server', 12), ended('client', 60_000)] };
    const text = shown({ summary });
    expect(text).not.to.contain('did not come up');
    const [, first, second] = section(text, 'Connections that ended before either side sent a byte');
    expect(first).to.match(
      /^203\.0\.113\.9:8305 +closed by server, after 12 ms +3 +10\.0\.0\.1 +10-07 12:17:00 +3 5 7$/,
    );
    expect(second).to.match(/^203\.0\.113\.9:8305 +reset by client, after 12 ms to 60\.0 s +3 /);
    expect(shown({ summary }, 'ja')).to.contain('サーバーが切断、12 ms 後').and.to.contain('12 ms〜60.0 s 後');
  });

  it('says that there is no TLS, that the file is cut, and that reading broke off', () => {
    const counters = { packets: 5, bytes: 300, tcpFlows: 1, tlsConversations: 0, dropped: {} };
    const none: SampleCapture = {
      conversations: [],
      certificates: [],
      summary: {
        verdict: 'inconclusive',
        findings: [],
        counters,
        source: { ...captureReport().source, truncated: true },
      },
    };
    expect(shown(none)).to.contain('? INCONCLUSIVE  no TLS or DTLS handshake in this capture');
    expect(shown(none)).to.contain('The file ends within a packet');
    const digest = new CaptureDigest();
    for (const event of captureEvents().slice(0, 4)) digest.event(event);
    digest.end({ finishedAt: '', error: { code: 'x', message: 'The file is gone.' } });
    const text = renderCaptureDigest(digest, { name: 'x.pcap' });
    expect(text).to.contain('Reading broke off: The file is gone. What follows');
    expect(text)
      .to.contain('Conversations (2)')
      .and.to.match(/^Capture +1,000 packets, 480,000 B, 9 TCP flows, 2 TLS conversations$/m);
    expect(renderCaptureVerdict(digest, { name: 'x.pcap' })).to.match(/^x\.pcap {2}\? INCONCLUSIVE/);
  });

  it('keeps to the page in both languages, whatever the names are', () => {
    const long = 'x'.repeat(300);
    const address = '2001:db8:1234:5678:9abc:def0:1234:5678';
    const sample: SampleCapture = {
      conversations: [
        conversation('c1', {
          clientHello: clientHello({ sni: `\u001b[31m${long}\u202e` }),
          client: { address, port: 65_535 },
          server: { address, port: 65_535 },
        }),
        sftunnelConversation('c2'),
        conversation('c3', { startedAt: '2026-10-08T00:00:00.000Z' }),
      ],
      certificates: [
        captured({ subject: `CN=日本語の証明書${long}`, issuer: `CN=${long}` }),
        ...sftunnelCertificates(),
      ],
    };
    for (const language of languages) {
      for (const width of [80, 100]) {
        for (const line of shown(sample, language, width).split('\n')) {
          expect(line).to.not.match(/[\u0000-\u001f\u007f-\u009f\u202e]/);
          if (!line.trimStart().startsWith('$')) expect(displayWidth(line), line).to.be.at.most(width);
        }
      }
    }
  });
});

describe('report: captures as JUnit', () => {
  const suite = {
    name: 'a<b>.pcap',
    startedAt: '2026-11-22T09:00:00.000Z',
    finishedAt: '2026-11-22T09:00:01.500Z',
    verdict: 'findings',
    findings: [finding(), finding({ id: 'tls.legacy-version-enabled', severity: 'low' })],
    error: null,
  } as const;

  it('has a case for each finding, failing from the threshold on, and one for the verdict', () => {
    const xml = renderCaptureJunit([suite]);
    expect(xml).to.contain(
      '<testsuite name="a&lt;b&gt;.pcap" tests="3" failures="1" errors="0" skipped="0" time="1.500"',
    );
    expect(xml).to.contain('<failure message="[high, proven] cert.expired');
    expect(renderCaptureJunit([suite], 'low')).to.contain('failures="2"');
  });

  it('skips what decides nothing and errs where reading broke off', () => {
    const xml = renderCaptureJunit([
      { ...suite, verdict: 'inconclusive', findings: [] },
      { ...suite, verdict: 'inconclusive', findings: [], error: 'The file is gone.' },
      { ...suite, verdict: 'unreachable', findings: [] },
    ]);
    expect(xml).to.contain('<testsuites name="helloprobe" tests="3" failures="1" errors="1" skipped="1"');
  });
});
