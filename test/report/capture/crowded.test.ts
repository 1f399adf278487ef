import { expect } from 'chai';
import type { CaptureSummary, Language } from '../../../lib/evidence/index.ts';
import { CaptureDigest, renderCapture } from '../../../lib/report/index.ts';
import { captured, captureReport, conversation, type SampleCapture, sftunnelConversation } from '../captureSamples.ts';
import { finding } from '../samples.ts';

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

describe('report: a capture with much in it, or little', () => {
  it('tells many findings of one id once, with a table of what they are about, and a few one by one', () => {
    const many = (count: number): string =>
      shown({
        summary: {
          findings: Array.from({ length: count }, (_, index) =>
            finding({
              id: 'path.blackhole-outbound',
              title: 'Large packets to the server disappear',
              explanation: 'The path loses packets.',
              subject: `198.51.100.${index}:443`,
              evidence: [{ kind: 'packet', ref: String(1000 + index), text: `seen at ${index}` }],
              count: index === 7 ? 9 : 1,
            }),
          ),
        },
      });
    const text = many(78);
    expect(text.split('The path loses packets.')).to.have.length(2);
    expect(text).to.contain('Large packets to the server disappear (78 findings)');
    expect(text).to.match(
      /About +Evidence +Packets\n {2}198\.51\.100\.7:443 +9 {2}1007 …\n {2}198\.51\.100\.0:443 +1 {2}1000\n/,
    );
    expect(text).to.contain('and 68 more (all of them: --json)').and.to.contain('packet 1000  seen at 0');
    expect(text.split('\n').length).to.be.below(60);
    expect(many(3).split('Large packets to the server disappear')).to.have.length(4);
    expect(many(3)).to.not.contain('findings)');
  });

  it('tells devices of sftunnel apart by their UUID, which is in the middle of long names', () => {
    const uuid = (index: number): string => `c8d5d5c6-87c9-11ef-a993-b9831565bc4${index}`;
    const subject = (index: number): string =>
      `title=sftunnel,CN=${uuid(index)},O=Cisco Systems\\, Inc,OU=Intrusion Management System`;
    const findings = [0, 1, 2, 3].map((index) => finding({ subject: subject(index) }));
    const text = shown({ summary: { findings } });
    for (const index of [0, 1, 2, 3]) expect(text).to.match(new RegExp(`^ {2}${uuid(index)} `, 'm'));
  });

  it('says of a few of one id only once what they mean and what to do, where that is the same', () => {
    const remedy = (text: string) => [{ id: 'renew', text, verify: 'The dates.' }];
    const of = (subject: string, text: string) =>
      finding({ subject, explanation: 'It is over.', remedies: remedy(text), evidence: [] });
    const text = shown({
      summary: { findings: [of('s1', 'Renew it.'), of('s2', 'Renew it.'), of('s3', 'Leave it.')] },
    });
    expect(text.split('It is over.')).to.have.length(3);
    expect(text.split('Renew it.')).to.have.length(2);
    expect(text).to.match(/s2\n( .*\n)* +Next step +as above\n\n/);
    expect(text).to.match(/s3\n +It is over\.\n( .*\n)* +Next step +Leave it\.\n +Verify +The dates\.\n/);
  });

  it('says how sure each of many findings is where they differ', () => {
    const findings = (['proven', 'likely', 'likely', 'possible'] as const).map((confidence, index) =>
      finding({ confidence, subject: `s${index}` }),
    );
    const text = shown({ summary: { findings } });
    expect(text)
      .to.match(/\n {2}About +Confidence +Evidence/)
      .and.to.match(/\n {2}s3 +possible /);
    expect(text).to.not.match(/cert\.expired · proven/);
  });

  it('warns of what must not be restarted, whatever the first remedy is', () => {
    const remedies = [
      { id: 'check-internal-ca', text: 'Look at the dates.' },
      { id: 'renew-internal-ca', text: 'Renew it.' },
      { id: 'keep-sftunnel-up', text: 'Do not restart anything.' },
    ];
    const findings = [finding({ id: 'sftunnel.ca-expired', pattern: 'sftunnel', remedies })];
    expect(shown({ summary: { findings } })).to.match(
      /Next step +Look at the dates\.\n +Caution +Do not restart anything\.\n/,
    );
    expect(shown({ summary: { findings } }, 'ja')).to.match(/注意 +Do not restart/);
  });

  it('never cuts how a conversation ended: it has a line of its own where the row has no room', () => {
    const alert = { from: 'client', level: 'fatal', code: 45, name: 'certificate_expired', packet: 9 } as const;
    const conversations = [conversation('c1', { outcome: 'alert', alerts: [alert] }), conversation('c2')];
    const lines = section(shown({ conversations }, 'en', 80), 'Conversations');
    expect(lines[1]).to.match(/^c1 .*192\.0\.2\.10:51234 +198\.51\.100\.7:443 /);
    expect(lines[2]).to.equal('    client alert certificate_expired');
    expect(lines[3]).to.match(/^c2 .* completed$/);
    expect(section(shown({ conversations }, 'ja', 80), '通信 (2)')[2]).to.equal(
      '    アラート certificate_expired (クライアント)',
    );
  });

  it('counts days in the table as in the sentences about the same certificate', () => {
    const certificates = [captured({ daysLeft: -1, daysLeftAtCapture: -2 })];
    expect(section(shown({ certificates }), 'Certificates')[1]).to.match(/2026-10-01 +0 +-1 +expired/);
  });

  it('names the ends of which no certificate is to be seen together, and why once', () => {
    const conversations = Array.from({ length: 30 }, (_, index) =>
      sftunnelConversation(`c${index + 1}`, {
        client: { address: `10.0.0.${index}`, port: 1 },
        certificates: { server: [], client: [] },
        certificateAbsence: { server: 'tls13-encrypted', client: 'tls13-encrypted' },
        sftunnel: null,
      }),
    );
    const lines = section(shown({ conversations: [...conversations, sftunnelConversation('c99')] }), 'sftunnel (');
    expect(lines.join('\n')).to.contain('FMC (server)');
    const text = shown({ conversations });
    expect(text.split('TLS 1.3 encrypts it')).to.have.length(2);
    expect(section(text, 'sftunnel (')[5]).to.equal('  and 25 more: --csv or --json has all of them');
  });

  it('tells what is the same for many devices once, and which device it is each time', () => {
    const conversations = [0, 1, 2].map((index) =>
      sftunnelConversation(`c${index + 1}`, { client: { address: `10.0.0.${index}`, port: 1 } }),
    );
    const text = shown({ conversations });
    const block = (title: string): string => text.slice(text.indexOf(title)).split('\n\n')[0] ?? '';
    expect(block('  10.0.0.0 (client)')).to.contain('issuer').and.to.not.contain('as in');
    for (const other of ['  10.0.0.1 (client)', '  10.0.0.2 (client)']) {
      expect(block(other))
        .to.match(/UUID \S+\n +as in conversation c1\n/)
        .and.to.not.contain('issuer');
    }
    expect(shown({ conversations }, 'ja')).to.contain('通信 c1 と同じ');
  });

  it('says of a channel that was up before the capture that nothing is known, and what to see to before a restart', () => {
    const { evidence } = conversation('c1');
    const before = sftunnelConversation('c1', {
      clientHello: null,
      serverHello: null,
      certificates: { server: [], client: [] },
      certificateAbsence: { server: 'truncated', client: 'truncated' },
      sftunnel: null,
      outcome: 'unknown',
      evidence: { ...evidence, completeness: 'mid-stream' },
    });
    const text = section(shown({ conversations: [before], certificates: [] }), 'sftunnel (').join('\n');
    expect(text).to.contain('unknown, not OK');
    expect(text.indexOf('restart, reboot and upgrade nothing')).to.be.within(
      0,
      text.indexOf('$ pmtool restartbyid sftunnel'),
    );
    const japanese = section(shown({ conversations: [before], certificates: [] }, 'ja'), 'sftunnel (').join('\n');
    expect(japanese).to.contain('「問題なし」').and.to.contain('$ pmtool restartbyid sftunnel');
  });

  it('says that a capture has no packets, and that packets of another link layer were not looked into', () => {
    const none = (known: Partial<CaptureSummary['counters']>): string =>
      shown({
        conversations: [],
        certificates: [],
        summary: {
          verdict: 'inconclusive',
          findings: [],
          source: { ...captureReport().source, linkTypes: ['IEEE802_15_4_WITHFCS'] },
          counters: { packets: 0, bytes: 0, tcpFlows: 0, tlsConversations: 0, dropped: {}, ...known },
        },
      });
    expect(none({})).to.contain('there is no packet in this capture');
    expect(none({ packets: 12, dropped: { 'link-type-195': 12 } }).replaceAll(/\s+/g, ' ')).to.contain(
      '12 packets were not looked into: the link layer (IEEE802_15_4_WITHFCS) is not one that is read.',
    );
  });

  it('has each way to go wrong among fifty of many, counts all, and shows them in their order', () => {
    const conversations = Array.from({ length: 400 }, (_, index) => {
      const outcome = index === 399 ? 'reset' : index % 2 === 0 ? 'alert' : 'completed';
      return index % 2 === 0 || index === 399
        ? conversation(`c${index + 1}`, { outcome, firstPacket: 4000 - index })
        : sftunnelConversation(`c${index + 1}`, { firstPacket: 4000 - index });
    });
    const lines = section(shown({ conversations }), 'Conversations (400)');
    expect(lines[0]).to.equal('200 alert, 199 completed, 1 reset');
    const rows = lines.filter((line) => /^c\d/.test(line));
    expect(rows).to.have.length(50);
    expect(rows[0]).to.match(/^c400 /);
    expect(rows.filter((line) => line.includes('completed'))).to.have.length(0);
  });

  it('shows fifty of many conversations, those that went wrong among them, in their order', () => {
    const conversations = Array.from({ length: 1000 }, (_, index) =>
      conversation(`c${index + 1}`, { outcome: index % 100 === 99 ? 'stalled' : 'completed' }),
    );
    const lines = section(shown({ conversations }), 'Conversations (1,000)');
    expect(lines.at(-1)).to.equal('and 950 more: --csv or --json has all of them');
    const numbers = lines.flatMap((line) => (/^c\d/.test(line) ? [Number(/^c(\d+)/.exec(line)?.[1])] : []));
    expect(numbers).to.have.length(50);
    expect(numbers).to.deep.equal([...numbers].sort((a, b) => a - b));
    expect(numbers).to.include.members([100, 200, 1000]);
  });

  it('keeps no more of a capture in memory than it shows', () => {
    const digest = new CaptureDigest();
    for (let n = 1; n <= 5000; n++)
      digest.event({
        type: 'conversation',
        conversation: sftunnelConversation(`c${n}`, { client: { address: `10.0.${n >> 8}.${n & 255}`, port: 1 } }),
      });
    expect(digest.rows).to.have.length(50);
    expect(digest.peers.size).to.equal(20);
    expect(digest.morePeers).to.equal(4980);
  });
});
