/** Quick runs: what six connections tell of an ordinary server, and what they leave open and say so. */

import { createServer } from 'node:net';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { expect } from 'chai';
import { check } from '../../lib/check.ts';
import type { Finding } from '../../lib/evidence/index.ts';
import {
  chainOf,
  createTestPki,
  onHello,
  type ReceivedHello,
  type Refusal,
  refuse,
  silentAbove,
  startHeadend,
} from '../../lib/lab/index.ts';
import { bundleOf, exitCodeOf, renderText, renderVerdict } from '../../lib/report/index.ts';
import { extensionType, findExtension } from '../../lib/wire/index.ts';

const timeouts = { connectMs: 1000, firstReplyMs: 400, totalMs: 2000, deadlineMs: 15_000 };

/** A good server that refuses TLS 1.0 and 1.1 in its own way. */
function refusesOld(refusal: Refusal, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3') {
  const isOld = ({ clientHello }: ReceivedHello): boolean => (clientHello?.legacyVersion ?? 0) < 0x0303;
  const behaviour = onHello((connection, hello) => {
    if (isOld(hello)) refuse(connection, refusal);
    else connection.passOn();
  });
  return {
    id: 'refuses-old',
    title: { en: 'Refuses old versions', ja: '古いバージョンを拒否' },
    behaviour: { ...behaviour, inner: { maxVersion } },
    expect: [],
    verdictHint: 'clean',
  } as const;
}

async function quickLook(spec: Parameters<typeof startHeadend>[0], more: Parameters<typeof check>[1] = {}) {
  const headend = await startHeadend(spec);
  try {
    const report = await check(headend, {
      sni: headend.sni,
      caPem: [headend.rootsPem],
      quick: true,
      timeouts,
      ...more,
    });
    const { observations } = report;
    const connections = Object.values(observations).flatMap(({ attempts }) => attempts).length;
    const versions = observations['versions']?.value as { version: string; supported: boolean | null }[] | null;
    const supported = Object.fromEntries((versions ?? []).map((row) => [row.version, row.supported]));
    return { report, connections, supported };
  } finally {
    await headend.close();
  }
}

describe('a quick run', () => {
  const off = { 'TLSv1.0': false, 'TLSv1.1': false };
  const refusals: Readonly<Record<string, Refusal>> = {
    protocol_version: { alert: 'protocol_version' },
    'internal_error, as OpenSSL 3 does,': { alert: 'internal_error' },
  };
  for (const [name, refusal] of Object.entries(refusals)) {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      it(`is clean at a server up to ${maxVersion} that answers ${name} to old versions, and has its certificate`, async () => {
        const { report, connections, supported } = await quickLook(refusesOld(refusal, maxVersion));
        expect(report.verdict).to.equal('clean');
        expect(connections).to.be.at.most(6);
        expect(supported).to.deep.equal({ ...off, 'TLSv1.2': true, 'TLSv1.3': maxVersion === 'TLSv1.3' });
        expect(report.observations['certificates']?.value).to.have.length(1);
      });
    }
  }

  it('asks a server of TLS 1.3 alone for its certificate rather than repeat what old versions were answered', async () => {
    const behaviour = onHello((connection, { clientHello }) => {
      if (findExtension(clientHello?.extensions, extensionType.supported_versions) !== undefined) connection.passOn();
      else refuse(connection, { alert: clientHello?.legacyVersion === 0x0303 ? 'protocol_version' : 'internal_error' });
    });
    const spec = { ...refusesOld('close'), behaviour: { ...behaviour, inner: { minVersion: 'TLSv1.3' } } } as const;
    const { report, connections, supported } = await quickLook(spec);
    expect(supported).to.deep.equal({
      'TLSv1.0': null,
      'TLSv1.1': null,
      'TLSv1.2': false,
      'TLSv1.3': true,
    });
    expect(report.observations['certificates']?.value).to.have.length(1);
    expect(report.observations['versions']?.reason).to.equal('quick-run: TLSv1.0, TLSv1.1');
    expect(connections).to.be.at.most(6);
  });

  it('does not take a refused TLS 1.1 for a refused TLS 1.0', async () => {
    // GnuTLS without TLS 1.1 is such a server.
    const behaviour = onHello((connection, { clientHello }) => {
      if (clientHello?.legacyVersion === 0x0302) refuse(connection, { alert: 'protocol_version' });
      else connection.passOn();
    });
    const inner = {
      minVersion: 'TLSv1.0',
      ciphers: ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-SHA'],
    } as const;
    const { supported } = await quickLook({ ...refusesOld('close'), behaviour: { ...behaviour, inner } });
    expect(supported).to.include({ 'TLSv1.0': true, 'TLSv1.1': false });
  });

  it('finds TLS 1.0 behind a refused TLS 1.1', async () => {
    const { report, supported } = await quickLook({
      ...refusesOld('close'),
      behaviour: { kind: 'tls', minVersion: 'TLSv1.0', maxVersion: 'TLSv1.0', ciphers: ['ECDHE-ECDSA-AES128-SHA'] },
    });
    expect(supported).to.include({ 'TLSv1.0': true, 'TLSv1.1': false });
    expect(report.findings.map(({ id }) => id)).to.include('tls.no-common-version');
  });

  for (const refusal of ['reset', 'close', { alert: 'handshake_failure' }] as const) {
    it(`does not take one ${JSON.stringify(refusal)} for a refusal, names what it left open, and still judges the certificate`, async () => {
      const { report, connections, supported } = await quickLook(refusesOld(refusal));
      expect(supported).to.deep.equal({ 'TLSv1.0': null, 'TLSv1.1': null, 'TLSv1.2': true, 'TLSv1.3': true });
      expect(report.observations['versions']?.reason).to.equal('quick-run: TLSv1.0, TLSv1.1');
      expect(report.observations['certificates']).to.include({ status: 'completed' });
      expect(report.verdict).to.equal('inconclusive');
      expect(connections).to.be.at.most(6);
    });
  }

  for (const spec of [silentAbove(300), 'sni-filter-reset', 'above-tls12-close'] as const) {
    it(`is not clean where the usual hello fails, and says so: ${typeof spec === 'string' ? spec : spec.id}`, async () => {
      const { report, connections } = await quickLook(spec);
      expect(report.verdict).to.equal('inconclusive');
      expect(report.observations['connect']?.reason).to.equal('usual-hello-failed: a1');
      expect(report.observations['certificates']?.value).to.have.length(1);
      expect(connections).to.be.at.most(6);
    });
  }

  for (const spec of [silentAbove(300), 'above-tls12-close'] as const) {
    it(`nor is a run of the same probes that is not quick: ${typeof spec === 'string' ? spec : spec.id}`, async () => {
      const only = ['connect', 'versions', 'certificates'];
      const { report } = await quickLook(spec, { quick: false, only });
      expect(report.observations['connect']).to.include({ status: 'inconclusive', reason: 'usual-hello-failed: a1' });
      expect(report.verdict).to.equal('inconclusive');
      expect(exitCodeOf(report)).to.equal(6);
      // Nor where there is only something that is below --fail-on.
      const low = report.findings.concat({ severity: 'low' } as Finding);
      expect(exitCodeOf({ ...report, verdict: 'findings', findings: low })).to.equal(6);
      expect(exitCodeOf({ ...report, verdict: 'findings', findings: low }, { failOn: 'low' })).to.equal(1);
    });
  }

  it('judges the certificate that it was shown before the server stopped answering', async () => {
    const behaviour = onHello((connection) => {
      if (connection.number <= 2) connection.passOn();
      else refuse(connection, 'close');
    });
    const inner = { certificates: [{ validToDays: -2 }] };
    const { report } = await quickLook({ ...refusesOld('close'), behaviour: { ...behaviour, inner } });
    expect(report.observations['certificates']).to.include({ status: 'inconclusive' });
    expect(report.findings.map(({ id }) => id)).to.include('cert.expired');
  });

  it('names the versions that a server does not answer alike each time', async () => {
    const behaviour = onHello((connection, { clientHello }) => {
      const isOld = (clientHello?.legacyVersion ?? 0) < 0x0303;
      if (isOld && connection.number % 2 === 1) refuse(connection, { alert: 'internal_error' });
      else if (isOld) refuse(connection, 'reset');
      else connection.passOn();
    });
    const { report } = await quickLook({ ...refusesOld('close'), behaviour }, { quick: false, only: ['versions'] });
    expect(report.observations['versions']?.reason).to.match(/^unsteady: .*TLSv1\.0/);
  });

  it('says in its verdict what it speaks of', async () => {
    const clean = (await quickLook('good')).report;
    expect(renderVerdict(clean)).to.contain('no fault found in what was measured: versions, certificates');
    expect(renderVerdict(clean, { language: 'ja' })).to.contain('測定した範囲では問題は見つかりませんでした');
    const open = (await quickLook(refusesOld('reset'))).report;
    expect(renderVerdict(open)).to.contain('no fault found in certificates; undecided: versions');
    expect(renderText(open)).to.contain('not decided in the few connections of --quick: TLSv1.0');
    const { tool, command, startedAt, finishedAt } = open;
    const both = bundleOf([clean, open], { tool, command, startedAt, finishedAt });
    expect(renderText(both)).to.match(/INCONCLUSIVE +undecided: versions/);
  });

  it('keeps what it knew of versions when its connections end', async () => {
    const { report, supported } = await quickLook('good', { maxConnections: 5, quick: false, only: ['versions'] });
    expect(report.observations['versions']).to.include({ status: 'inconclusive', reason: 'budget-exhausted' });
    expect(supported).to.include({ SSLv3: null, 'TLSv1.3': true });
  });
});

describe('the certificate of a server with several', () => {
  for (const quick of [true, false]) {
    it(`is the one for the name, though the first hello that was answered had none${quick ? ', in a quick run' : ''}`, async () => {
      const pki = createTestPki({ now: new Date() });
      const serving = (name: string) => {
        const leaf = pki.issue({ names: [name] });
        const cert = chainOf(leaf).map(({ pem }) => pem);
        return { cert: cert.join(''), key: leaf.privateKeyPem };
      };
      const named = createSecureContext(serving('named.example.test'));
      const inner = createTlsServer({
        ...serving('other.example.test'),
        maxVersion: 'TLSv1.2',
        SNICallback: (name, done) => done(null, name === 'named.example.test' ? named : undefined),
      });
      // Long hellos are swallowed: the first that is answered is a short one without a name.
      const server = createServer((socket) => {
        socket
          .on('error', () => undefined)
          .once('data', (hello: Uint8Array) => {
            if (hello.length > 305) return;
            socket.pause().unshift(hello);
            inner.emit('connection', socket);
          });
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      try {
        const { port } = server.address() as { port: number };
        const report = await check(
          { host: 'named.example.test', port },
          {
            address: '127.0.0.1',
            caPem: [pki.rootsPem],
            timeouts,
            ...(quick ? { quick } : { only: ['certificates'] }),
          },
        );
        const rows = report.observations['certificates']?.value as { chain: { names: string[] }[] }[];
        expect(rows.map(({ chain }) => chain[0]?.names)).to.deep.equal([['DNS:named.example.test']]);
        expect(report.findings.map(({ id }) => id)).to.not.include('cert.name-mismatch');
      } finally {
        server.close();
      }
    });
  }
});
