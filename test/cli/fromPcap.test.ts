import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { libraryServices } from '../../lib/cli/services.ts';
import type { CaptureEvent } from '../../lib/evidence/index.ts';
import { encodeHello, firstFlight, type HelloSpec, makePreset, planOf } from '../../lib/hello/index.ts';
import { toHex } from '../../lib/wire/index.ts';
import { helloprobe } from './support.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const random = (length: number): Uint8Array => new Uint8Array(length).fill(7);
const specs = [
  makePreset('openssl-3', { sni: 'vpn.example.com', random }),
  makePreset('browser-mlkem', { sni: 'other.example.com', random }),
];

function hello(message: Uint8Array, packet: number): CaptureEvent {
  return { type: 'client-hello', packet, message, recordVersion: 0x0301 };
}

const capture = (): CaptureEvent[] => specs.map((spec, index) => hello(encodeHello(spec), 4 + index));

describe('cli: hello from-pcap', () => {
  it('prints the first hello as a spec that gives the same bytes again', async () => {
    const { status, stdout, stderr, captures } = await helloprobe(['hello', 'from-pcap', 'x.pcap'], { capture });
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    expect(captures[0]).to.include({ hellos: true, name: 'x.pcap' });
    expect(toHex(encodeHello(JSON.parse(stdout) as HelloSpec))).to.equal(toHex(encodeHello(specs[0] as HelloSpec)));
    const shown = await helloprobe(['hello', 'show', '-'], { stdin: stdout });
    expect(shown.stdout).to.contain('vpn.example.com').and.to.match(/^JA4 /m);
  });

  it('says what is wrong in the language that was asked for', async () => {
    const { status, stderr } = await helloprobe(['hello', 'from-pcap', 'x.pcap', '9', '--lang', 'ja'], { capture });
    expect(status).to.equal(2);
    expect(stderr).to.match(/ClientHello は 2 件で、9 番はありません/);
  });

  it('prints the one asked for, as hex or as bytes too', async () => {
    const flight = toHex(firstFlight(planOf(specs[1] as HelloSpec)));
    const hex = await helloprobe(['hello', 'from-pcap', 'x.pcap', '2', '--hex'], { capture });
    expect(hex.stdout).to.equal(`${flight}\n`);
    const raw = await helloprobe(['hello', 'from-pcap', 'x.pcap', '2', '--raw'], { capture });
    expect(raw.stdout).to.contain('other.example.com');
  });

  it('keeps the version of the record the hello came in', async () => {
    const [first = new Uint8Array(0)] = specs.map(encodeHello);
    const { stdout } = await helloprobe(['hello', 'from-pcap', 'x.pcap', '--hex'], {
      capture: () => [{ type: 'client-hello', packet: 1, message: first, recordVersion: 0x0303 }],
    });
    expect(stdout).to.match(/^160303/);
  });

  it('lists the hellos, with what cannot be read', async () => {
    const { stdout, status } = await helloprobe(['hello', 'from-pcap', 'x.pcap', '--list'], {
      capture: () => [...capture(), hello(Uint8Array.of(1, 0, 0, 1, 3), 9)],
    });
    expect(status).to.equal(0);
    const lines = stdout.split('\n');
    expect(lines[0]).to.match(/^1 {2}packet 4 {2}\d+ bytes +t13d\S+ +vpn\.example\.com$/);
    expect(lines[2]).to.match(/^3 {2}packet 9 {2}5 bytes +- +ClientHello 3 \(packet 9\) cannot be written as data: /);
  });

  const sample = join(root, 'captures/dtls.pcapng');
  const real = { services: libraryServices };

  it('says how many hellos of DTLS there are, which it does not take out', async () => {
    const { status, stderr } = await helloprobe(['hello', 'from-pcap', sample], real);
    expect(status).to.equal(2);
    expect(stderr).to.match(
      /no ClientHello of TLS over TCP in ".*dtls\.pcapng", but 2 of DTLS, which cannot be written/,
    );
    const japanese = await helloprobe(['hello', 'from-pcap', sample, '--lang', 'ja'], real);
    expect(japanese.stderr).to.match(/DTLS の ClientHello は 2 件ありますが、データとして表現できません/);
  });

  it('says beside a list how many of DTLS are not in it', async () => {
    const conversations: CaptureEvent[] = [];
    for await (const event of libraryServices.captureEvents(sample, { name: 'x' }))
      if (event.type === 'conversation') conversations.push(event);
    const mixed = { capture: () => [...capture(), ...conversations] };
    const { stdout, stderr } = await helloprobe(['hello', 'from-pcap', 'x.pcap', '--list'], mixed);
    expect(stdout.split('\n')).to.have.length(3);
    expect(stderr).to.match(/^Not listed: 2 ClientHellos of DTLS/);
    const japanese = await helloprobe(['hello', 'from-pcap', 'x.pcap', '--list', '--lang', 'ja'], mixed);
    expect(japanese.stderr).to.match(/^DTLS の ClientHello 2 件は/);
  });

  const mistakes: readonly [string, readonly string[], CaptureEvent[], RegExp][] = [
    ['a capture without a hello', [], [], /There is no ClientHello of TLS over TCP in "x\.pcap"\./],
    ['a number that is too great', ['3'], capture(), /There are 2 ClientHellos in "x\.pcap", no number 3\./],
    ['a number that is none', ['first'], capture(), /n "first" is not a whole number/],
    ['two forms of one output', ['--hex', '--raw'], capture(), /forms of the same output/],
    ['a number beside the list', ['1', '--list'], capture(), /Give one of the two/],
    [
      'a hello that cannot be read',
      [],
      [hello(Uint8Array.of(1, 0, 0, 1, 3), 9)],
      /ClientHello 1 \(packet 9\) cannot be/,
    ],
  ];
  for (const [what, words, events, message] of mistakes) {
    it(`answers ${what} with a sentence and exit code 2`, async () => {
      const { status, stdout, stderr } = await helloprobe(['hello', 'from-pcap', 'x.pcap', ...words], {
        capture: () => events,
      });
      expect(stderr).to.match(message);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    });
  }
});
