import { expect } from 'chai';
import {
  type HeadendId,
  refuseAboveTls12,
  refuseFirstSegmentBelow,
  refuseName,
  refuseSeveralRecords,
  refuseSuitesAbove,
  refuseUnknownExtensions,
  silentAbove,
  silentBetween,
  startHeadend,
} from '../../lib/lab/index.ts';
import { extensionType, tlsVersion } from '../../lib/wire/index.ts';
import { handshake, helloMessage, helloRecords, replyTo } from './support.ts';

const hello = helloRecords(helloMessage());

describe('lab: headends that refuse one trait of a hello', () => {
  const suites = (count: number): number[] => [0xc02b, ...Array.from({ length: count - 1 }, (_, i) => 0xb000 + i)];

  it('refuseSuitesAbove: exactly above the limit, in either way', async () => {
    await using alert = await startHeadend('suites-above-127-alert');
    expect(await replyTo(alert, helloRecords(helloMessage({ suites: suites(127) })))).to.equal('answered');
    expect(await replyTo(alert, helloRecords(helloMessage({ suites: suites(128) })))).to.equal('alert');
    await using silent = await startHeadend(refuseSuitesAbove(3, 'silent'));
    expect(await replyTo(silent, helloRecords(helloMessage({ suites: suites(3) })))).to.equal('answered');
    expect(await replyTo(silent, helloRecords(helloMessage({ suites: suites(4) })))).to.equal('silent');
  });

  it('silentAbove, silentBetween: exactly at their limits, however the hello is split', async () => {
    const sized = (length: number): Uint8Array => helloRecords(helloMessage({ length }), [100]);
    await using above = await startHeadend(silentAbove(300));
    expect(await replyTo(above, sized(300))).to.equal('answered');
    expect(await replyTo(above, sized(301))).to.equal('silent');
    expect(above.seen.helloLengths).to.deep.equal([300, 301]);
    await using between = await startHeadend(silentBetween(256, 511));
    const replies = [];
    for (const length of [255, 256, 511, 512]) replies.push(await replyTo(between, sized(length)));
    expect(replies).to.deep.equal(['answered', 'silent', 'silent', 'answered']);
  });

  it('refuseFirstSegmentBelow: looks at the first read only', async () => {
    const cut = (at: number): Uint8Array[] => [hello.subarray(0, at), hello.subarray(at)];
    await using headend = await startHeadend(refuseFirstSegmentBelow(8));
    expect(await replyTo(headend, ...cut(7))).to.equal('reset');
    expect(await replyTo(headend, ...cut(8))).to.equal('answered');
    expect(await replyTo(headend, ...cut(hello.length - 1))).to.equal('answered');
    expect(await replyTo(headend, hello)).to.equal('answered');
  });

  it('refuseSeveralRecords: refuses two records, tolerates segments', async () => {
    await using headend = await startHeadend(refuseSeveralRecords());
    expect(await replyTo(headend, helloRecords(helloMessage(), [50]))).to.equal('alert');
    expect(await replyTo(headend, hello.subarray(0, 50), hello.subarray(50))).to.equal('answered');
  });

  it('refuseUnknownExtensions: refuses GREASE and unassigned types, tolerates known ones', async () => {
    await using headend = await startHeadend(refuseUnknownExtensions());
    const withType = (type: number): Uint8Array =>
      helloRecords(helloMessage({ extensions: [{ type, data: new Uint8Array() }] }));
    expect(await replyTo(headend, withType(extensionType.extended_master_secret))).to.equal('answered');
    expect(await replyTo(headend, withType(0x3a3a))).to.equal('alert');
    expect(await replyTo(headend, withType(0xfafa))).to.equal('alert');
    expect(await replyTo(headend, withType(60_000))).to.equal('alert');
  });

  it('refuseAboveTls12: refuses an offer of TLS 1.3 beside TLS 1.2, ignores GREASE versions', async () => {
    await using headend = await startHeadend(refuseAboveTls12());
    const offering = (...versions: number[]): Uint8Array => helloRecords(helloMessage({ versions }));
    const supported = (...bytes: number[]): Uint8Array =>
      helloRecords(
        helloMessage({ extensions: [{ type: extensionType.supported_versions, data: [...bytes] as never }] }),
      );
    expect(await replyTo(headend, offering(tlsVersion['TLSv1.2']))).to.equal('answered');
    expect(await replyTo(headend, offering(tlsVersion['TLSv1.3'], tlsVersion['TLSv1.2']))).to.equal('closed');
    expect(await replyTo(headend, supported(0x2a2a, tlsVersion['TLSv1.2']))).to.equal('answered');
  });

  it('refuseName: refuses one name in any case, answers every other', async () => {
    await using headend = await startHeadend(refuseName());
    expect(await replyTo(headend, helloRecords(helloMessage({ sni: 'VPN.example.test' })))).to.equal('reset');
    expect(await replyTo(headend, helloRecords(helloMessage({ sni: 'other.example.test' })))).to.equal('answered');
  });

  it('pass on what they do not refuse to a server that completes the handshake', async () => {
    const ids: readonly HeadendId[] = [
      'suites-above-127-alert',
      'several-records-alert',
      'unknown-extension-alert',
      'first-segment-below-8-reset',
    ];
    for (const id of ids) {
      await using headend = await startHeadend(id);
      expect(await handshake(headend), id).to.include({ protocol: 'TLSv1.3', unauthorized: null, error: null });
    }
  });
});
