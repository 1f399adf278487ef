import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PcapngWriter } from '../../../lib/capture/write/index.ts';
import { concat } from '../../../lib/wire/index.ts';
import { linkCases, tunnelCases } from './cases.ts';
import { dissect, frame, inner4, innerEthernet, macs, overUdp, seen4, seen6 } from './frames.ts';

const cases = [...linkCases, ...tunnelCases];

describe('from a packet to its innermost datagram', () => {
  for (const { name, linkType, bytes, seen } of cases) {
    it(`finds it in ${name}`, () => {
      expect(dissect([{ bytes, linkType }])).to.deep.equal({ lines: [seen], dropped: {} });
    });
  }

  it('agrees with tshark on each of them', function () {
    if (spawnSync('tshark', ['--version']).status !== 0) this.skip();
    this.timeout(30_000);
    const folder = mkdtempSync(join(tmpdir(), 'link-'));
    try {
      expect(differencesFromTshark(join(folder, 'all.pcapng'))).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('hands over every other protocol over IP as it is', () => {
    const bytes = frame(macs, '0800 4500 0018 0000 0000 40 32 0000 c0000201 c6336402 01020304');
    expect(dissect([{ bytes }]).lines).to.deep.equal(['192.0.2.1 > 198.51.100.2 protocol 50: 01020304']);
  });

  it('ends a datagram with its PPPoE payload, when the padding of the frame is counted into its length', () => {
    // A payload of 4 bytes in 26 of PPPoE; the IP header says 26 where there are 24, and zeros fill the frame.
    const padded = '4500 001a 0000 0000 40 32 0000 c0000201 c6336402 01020304 0000';
    const longer =
      '6000 0000 0006 32 40 20010db8000000000000000000000001 20010db8000000010000000000000002 01020304 0000';
    const seen = [
      dissect([{ bytes: frame(macs, '8864 11 00 1234 001a 0021', padded) }]).lines,
      dissect([{ bytes: frame(macs, '8864 11 00 1234 002e 0057', longer) }]).lines,
      dissect([{ bytes: frame(macs, '8864 11 00 1234 001c 0021', padded) }]).lines,
    ];
    expect(seen).to.deep.equal([
      ['192.0.2.1 > 198.51.100.2 protocol 50: 01020304'],
      ['2001:db8::1 > 2001:db8:0:1::2 protocol 50: 01020304'],
      ['192.0.2.1 > 198.51.100.2 protocol 50: 010203040000'],
    ]);
  });

  it('lets the IP header tell the length, when that of PPPoE is 0', () => {
    const session = `${macs} 8864 11 00 1234 0000`;
    const whole = '4500 0018 0000 0000 40 32 0000 c0000201 c6336402 01020304';
    const longer = '6000 0000 0004 32 40 20010db8000000000000000000000001 20010db8000000010000000000000002 01020304';
    const seen = [frame(session, '0021', whole, '0000'), frame(session, '0057', longer, '0000')];
    expect(dissect(seen.map((bytes) => ({ bytes })))).to.deep.equal({
      lines: ['192.0.2.1 > 198.51.100.2 protocol 50: 01020304', '2001:db8::1 > 2001:db8:0:1::2 protocol 50: 01020304'],
      dropped: {},
    });
    const padding = dissect([{ bytes: frame(session, '00'.repeat(40)) }]);
    expect(padding).to.deep.equal({ lines: [], dropped: { 'not-ip': 1 } });
  });

  it('tells ARP for IPv4', () => {
    const arp = '0806 0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202';
    expect(dissect([{ bytes: frame(macs, arp) }])).to.deep.equal({ lines: ['arp 1 192.0.2.1 192.0.2.2'], dropped: {} });
  });

  it('takes a UDP datagram on the port of a tunnel for itself when its content is no tunnel', () => {
    const hello = '16fefd0000000000000000 0030 010000240000000000000024 fefd 00000000 00000000 00000000';
    const seen = [1701, 2152, 3544, 4789, 4790, 5247, 6081, 8472, 37008].map(
      (port) => dissect([{ bytes: frame(macs, '0800', overUdp(port, hello)) }]).lines[0],
    );
    for (const line of seen) expect(line).to.match(/^203\.0\.113\.1 > 203\.0\.113\.2 protocol 17: c350 /);
  });

  it('takes the UDP datagram for itself when the IP header in a tunnel claims more than there is', () => {
    const lying = innerEthernet.slice();
    lying[17] = 200;
    const { lines, dropped } = dissect([{ bytes: frame(macs, '0800', overUdp(4789, '0800000000000100', lying)) }]);
    expect(lines[0]).to.match(/^203\.0\.113\.1 > /);
    expect(dropped).to.deep.equal({});
  });

  it('counts what it does not read, by its reason', () => {
    const wlan = (control: string, sequence = '1000'): string =>
      `${control} 0000 020000000001 020000000002 020000000003 ${sequence} 0000 aaaa03 000000 0800`;
    const counted: Readonly<Record<string, [number, string]>> = {
      'link-type-147': [147, '00'],
      'not-ip': [1, `${macs} 88cc 0207`],
      'header-cut': [1, macs],
      'ip-malformed': [1, `${macs} 0800 4400 0014 0000 0000 40 11 0000 c0000201 c6336402`],
      'macsec-encrypted': [1, `${macs} 88e5 0c 00 00000001 0800`],
      'ppp-compressed': [9, 'ff03 00fd 0000'],
      'wlan-encrypted': [105, wlan('0841')],
      'wlan-fragment': [105, wlan('0805')],
      'wlan-aggregate': [105, wlan('8801', '1000 8000')],
    };
    for (const [reason, [linkType, hex]] of Object.entries(counted)) {
      const { lines, dropped } = dissect([{ bytes: frame(hex), linkType }]);
      expect({ lines, dropped }).to.deep.equal({ lines: [], dropped: { [reason]: 1 } });
    }
  });

  it('ends towers of tags, labels, tunnels and link types, and counts them', () => {
    const towers: readonly [string, number, Uint8Array][] = [
      ['tunnel-depth', 1, frame(macs, '8100 0001'.repeat(10_000), '0800', inner4)],
      ['mpls-depth', 1, frame(macs, '8847', '00010040'.repeat(10_000), '00010140', inner4)],
      ['tunnel-depth', 1, frame(macs, `88e700000064${macs}`.repeat(3000), '0800', inner4)],
      ['tunnel-depth', 192, frame('00000800c0000000'.repeat(3000), inner4)],
      ['tunnel-depth', 101, ipInIp(100)],
    ];
    for (const [reason, linkType, bytes] of towers) {
      expect(dissect([{ bytes, linkType }])).to.deep.equal({ lines: [], dropped: { [reason]: 1 } });
    }
    expect(dissect([{ bytes: ipInIp(12), linkType: 101 }]).lines).to.deep.equal([seen4]);
  });
});

function ipInIp(times: number): Uint8Array {
  let bytes = inner4;
  for (let i = 0; i < times; i++) {
    bytes = frame(
      '4500',
      (bytes.length + 20).toString(16).padStart(4, '0'),
      '0000 0000 40 04 0000 cb007101 cb007102',
      bytes,
    );
  }
  return bytes;
}

/** What tshark sees differently in a file of these packets, each from an interface of its own. */
function differencesFromTshark(file: string): string[] {
  const judged = cases.filter(({ tshark = true }) => tshark);
  const writer = new PcapngWriter({ interfaces: judged.map(({ linkType }) => ({ linkType })) });
  const packets = judged.map(({ bytes }, i) => writer.packet({ bytes, time: 0, interface: i }));
  writeFileSync(file, concat(writer.header(), ...packets));
  const fields = ['ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'udp.srcport', 'udp.dstport', 'data.data'];
  const args = ['-n', '-r', file, '-T', 'fields', '-E', 'occurrence=l', ...fields.flatMap((name) => ['-e', name])];
  const rows = spawnSync('tshark', args, { encoding: 'utf8' }).stdout.split('\n');
  return judged.flatMap(({ name, seen }, i) => {
    const [source4, destination4, source6, destination6, ...rest] = (rows[i] ?? '').split('\t');
    const addresses = seen === seen6 ? `${source6} > ${destination6}` : `${source4} > ${destination4}`;
    const theirs = `${addresses} ${rest.join(' ')}`;
    const ours = `${seen.slice(0, seen.indexOf(' protocol'))} 40000 40001 68656c6c6f`;
    return theirs === ours ? [] : [`${name}: ${theirs}`];
  });
}
