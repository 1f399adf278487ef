import { X509Certificate } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import { expect } from 'chai';
import { findingCatalogue } from '../../lib/diagnose/findings/catalogue.ts';
import { type HeadendId, type HeadendSpec, headends, hostileHeadends, startHeadend } from '../../lib/lab/index.ts';
import { certificateTls12, decode, handshakeType } from '../../lib/wire/index.ts';
import {
  connectRaw,
  handshake,
  helloMessage,
  helloRecords,
  messagesIn,
  openssl,
  opensslVersion,
  until,
} from './support.ts';

const rows: readonly (readonly [string, HeadendSpec])[] = [
  ...Object.entries(headends),
  ...Object.entries(hostileHeadends),
];

describe('lab: rows of the headends', () => {
  it('are keyed by their own ids and titled in both languages', () => {
    for (const [key, { id, title }] of rows) {
      expect(id).to.equal(key);
      expect(title.en, key).to.match(/^[ -~]{3,}$/);
      expect(title.ja, key).to.match(/[\p{Script=Katakana}\p{Script=Han}\p{Script=Hiragana}]/u);
    }
  });

  it('have one id each, in both tables together', () => {
    expect(new Set(rows.map(([key]) => key)).size).to.equal(rows.length);
  });

  it('expect only findings that exist, each at most once', () => {
    for (const [key, { expect: planted, mayReport = [] }] of rows) {
      const ids = [...planted, ...mayReport];
      expect(new Set(ids).size, key).to.equal(ids.length);
      for (const id of ids) expect(findingCatalogue, key).to.have.property(id);
    }
  });

  it('expect a verdict that their findings allow', () => {
    for (const [key, { expect: planted, verdictHint }] of rows) {
      const worst = planted.some((id) => findingCatalogue[id as keyof typeof findingCatalogue].severity !== 'info');
      expect(verdictHint, key).to.equal(worst ? 'findings' : 'clean');
    }
  });

  it('plant every fault of certificate, version, cipher and hello that a server can have', () => {
    const planted = new Set(rows.flatMap(([, { expect: ids }]) => ids));
    const missing = Object.keys(findingCatalogue).filter(
      (id) => /^(?:cert|tls|handshake)\./.test(id) && !planted.has(id),
    );
    expect(missing).to.deep.equal([]);
  });
});

describe('lab: TLS headends, as node and openssl see them', () => {
  const judged = async (id: HeadendId, options?: ConnectionOptions) => {
    await using headend = await startHeadend(id);
    return await handshake(headend, options);
  };

  it('good: both versions, both kinds of certificate, a chain that verifies', async () => {
    const tls13 = await judged('good');
    expect(tls13).to.include({
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      unauthorized: null,
      error: null,
    });
    expect(tls13.chain.slice(0, 3)).to.deep.equal([
      'CN=vpn.example.test',
      'O=Lab, CN=Lab Issuing CA',
      'O=Lab, CN=Lab Policy CA',
    ]);
    for (const [sigalgs, cipher] of [
      ['ecdsa_secp256r1_sha256', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
      ['rsa_pss_rsae_sha256', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ] as const) {
      const tls12 = await judged('good', { maxVersion: 'TLSv1.2', ciphers: cipher, sigalgs });
      expect(tls12, cipher).to.include({ protocol: 'TLSv1.2', cipher });
    }
  });

  const versionCases: readonly [HeadendId, accepts: readonly string[]][] = [
    ['good', ['TLSv1.2', 'TLSv1.3']],
    ['tls12-only', ['TLSv1.2']],
    ['tls13-only', ['TLSv1.3']],
    ['tls10-11-only', ['TLSv1', 'TLSv1.1']],
    ['asa-like', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    ['no-shared-cipher', ['TLSv1.2']],
  ];
  for (const [id, accepts] of versionCases) {
    it(`${id}: accepts ${accepts.join(', ')} and nothing else`, async () => {
      await using headend = await startHeadend(id);
      for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
        const { protocol, error } = await handshake(headend, { minVersion: version, maxVersion: version });
        if (accepts.includes(version)) expect(protocol).to.equal(version);
        // An old server answers TLS 1.2 with its own version, which the client then refuses itself.
        else expect(error, version).to.match(/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/);
      }
    });
  }

  it('asa-like: offers exactly the RSA suites of its list, in its own order', async () => {
    await using headend = await startHeadend('asa-like');
    const found: string[] = [];
    for (;;) {
      const ciphers = ['ALL', ...found.map((name) => `!${name}`), '@SECLEVEL=0'].join(':');
      const { cipher } = await handshake(headend, { maxVersion: 'TLSv1.2', ciphers });
      if (cipher === null) break;
      found.push(cipher);
    }
    const { behaviour } = headends['asa-like'];
    const listed = behaviour.kind === 'tls' ? (behaviour.ciphers ?? []) : [];
    expect(found).to.deep.equal(listed.filter((name) => !name.includes('ECDSA')));
  });

  it('no-shared-cipher: refuses AES, accepts ChaCha20', async () => {
    expect((await judged('no-shared-cipher', { ciphers: 'AES128:AES256' })).error).to.match(/ALERT_HANDSHAKE_FAILURE$/);
    expect((await judged('no-shared-cipher')).cipher).to.equal('ECDHE-ECDSA-CHACHA20-POLY1305');
  });

  it('no-shared-group: refuses the usual groups in both versions, accepts X448', async () => {
    await using headend = await startHeadend('no-shared-group');
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const only = { minVersion: version, maxVersion: version };
      const usual = await handshake(headend, { ...only, ecdhCurve: 'X25519:P-256:P-384:P-521' });
      expect(usual.error, version).to.match(/ALERT_HANDSHAKE_FAILURE$/);
      expect(await handshake(headend, { ...only, ecdhCurve: 'X25519:X448' }), version).to.include({
        protocol: version,
        error: null,
      });
    }
  });

  const trustCases: readonly [HeadendId, string | null][] = [
    ['expired', 'CERT_HAS_EXPIRED'],
    ['not-yet-valid', 'CERT_NOT_YET_VALID'],
    ['expiring', null],
    ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['missing-intermediate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['misordered-chain', null],
    ['path-too-long', 'PATH_LENGTH_EXCEEDED'],
    ['unknown-root', 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['weak-key', null],
    ['weak-signature', null],
    ['wrong-usage', 'INVALID_PURPOSE'],
  ];
  for (const [id, verdict] of trustCases) {
    it(`${id}: has its one fault (node says ${verdict ?? 'nothing'}) and completes the handshake`, async () => {
      const outcome = await judged(id);
      if (verdict === null) expect(outcome.unauthorized).to.equal(null);
      else expect(outcome.unauthorized).to.include(verdict);
      expect(outcome).to.include({ protocol: 'TLSv1.3', error: null });
    });
  }

  const sentBy = async (id: HeadendId): Promise<X509Certificate[]> => {
    await using headend = await startHeadend(id);
    const client = await connectRaw(headend);
    client.socket.write(helloRecords(helloMessage()));
    await until(() => messagesIn(client.bytes()).some(({ type }) => type === handshakeType.server_hello_done));
    client.socket.destroy();
    const certificate = messagesIn(client.bytes()).find(({ type }) => type === handshakeType.certificate);
    return decode(certificateTls12, certificate?.body ?? new Uint8Array()).certificateList.map(
      (der) => new X509Certificate(der),
    );
  };

  it('sends what each row says: no intermediates, swapped ones, or the root as well', async () => {
    const commonNames = async (id: HeadendId): Promise<(string | undefined)[]> =>
      (await sentBy(id)).map(({ subject }) => /CN=(.*)/.exec(subject)?.[1]);
    const leaf = 'vpn.example.test';
    expect(await commonNames('expiring')).to.deep.equal([leaf, 'Lab Issuing CA', 'Lab Policy CA']);
    expect(await commonNames('missing-intermediate')).to.deep.equal([leaf]);
    expect(await commonNames('misordered-chain')).to.deep.equal([leaf, 'Lab Policy CA', 'Lab Issuing CA']);
    const strange = [leaf, 'Not Lab Issuing CA', 'Not Lab Policy CA', 'Not Lab Root CA'];
    expect(await commonNames('unknown-root')).to.deep.equal(strange);
    expect(await commonNames('self-signed')).to.deep.equal([leaf]);
  });

  it('missing-intermediate: says where its issuer can be fetched', async () => {
    expect((await sentBy('missing-intermediate'))[0]?.infoAccess).to.match(
      /^CA Issuers - URI:http:\/\/pki\.example\.test\//,
    );
  });

  it('weak-key has 1,024 bits, weak-signature is ecdsa-with-SHA1, and a client that insists on strength refuses both', async () => {
    expect((await sentBy('weak-key'))[0]?.publicKey.asymmetricKeyDetails?.modulusLength).to.equal(1024);
    const ecdsaWithSha1 = '06072a8648ce3d0401';
    expect((await sentBy('weak-signature'))[0]?.raw.toString('hex')).to.include(ecdsaWithSha1);
    for (const id of ['weak-key', 'weak-signature'] as const) {
      expect((await judged(id, { ciphers: 'DEFAULT@SECLEVEL=2' })).unauthorized, id).not.to.equal(null);
    }
  });

  it('client-certificate-*: required ones refuse a client without, with the alert of the version; the optional one does not', async () => {
    expect((await judged('client-certificate-tls12')).error).to.match(/ALERT_HANDSHAKE_FAILURE$/);
    expect((await judged('client-certificate-tls13')).error).to.match(/ALERT_CERTIFICATE_REQUIRED$/);
    expect(await judged('client-certificate-optional')).to.include({ protocol: 'TLSv1.3', error: null });
  });

  it('client-certificate-*: name the root as acceptable authority, as openssl prints it', async function () {
    if (opensslVersion() === null) this.skip();
    for (const id of ['client-certificate-tls12', 'client-certificate-tls13', 'client-certificate-optional'] as const) {
      await using headend = await startHeadend(id);
      const output = await openssl('s_client', '-connect', `127.0.0.1:${headend.port}`);
      expect(output, id).to.match(/Acceptable client certificate CA names\s+O = Lab, CN = Lab Root CA/);
    }
  });

  it('good, asa-like, one-byte-records: complete a handshake with openssl', async function () {
    if (opensslVersion() === null) this.skip();
    for (const [id, ...options] of [
      ['good'],
      ['good', '-tls1_2', '-sigalgs', 'RSA+SHA256', '-cipher', 'aRSA'],
      ['asa-like', '-tls1', '-cipher', 'ALL:@SECLEVEL=0'],
      ['one-byte-records', '-tls1_2'],
      ['one-byte-records', '-tls1_3'],
    ] as const) {
      await using headend = await startHeadend(id);
      const output = await openssl(
        's_client',
        '-connect',
        `127.0.0.1:${headend.port}`,
        '-servername',
        headend.sni,
        ...options,
      );
      expect(output, `${id} ${options.join(' ')}`).to.match(/New, (?:TLSv1\.[23]|TLSv1\.0|SSLv3), Cipher is [A-Z]/);
    }
  });
});
