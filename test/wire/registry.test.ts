import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import {
  alerts,
  cipherSuites,
  clientCertificateTypes,
  compressionMethods,
  contentTypes,
  extensionTypes,
  groups,
  handshakeTypes,
  isGrease,
  type Registry,
  signatureSchemes,
  suiteTraits,
  tlsVersion,
  tlsVersions,
} from '../../lib/wire/index.ts';

/** Table, how many entries it has, and samples of it. */
const tables: readonly (readonly [string, Registry, number, Readonly<Record<string, number>>])[] = [
  [
    'cipherSuites',
    cipherSuites,
    372,
    {
      TLS_NULL_WITH_NULL_NULL: 0x0000,
      TLS_EMPTY_RENEGOTIATION_INFO_SCSV: 0x00ff,
      TLS_AES_128_GCM_SHA256: 0x1301,
      TLS_FALLBACK_SCSV: 0x5600,
      TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 0xc030,
      TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC: 0xc100,
      TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 0xcca8,
      TLS_ECJPAKE_WITH_AES_128_CCM_8: 0xc0ff,
    },
  ],
  [
    'groups',
    groups,
    58,
    { secp256r1: 23, x25519: 29, brainpoolP256r1tls13: 31, GC512C: 40, ffdhe8192: 260, X25519MLKEM768: 0x11ec },
  ],
  [
    'signatureSchemes',
    signatureSchemes,
    49,
    { rsa_pkcs1_sha1: 0x0201, ed448: 0x0808, mldsa87: 0x0906, dsa_sha256: 0x0402 },
  ],
  [
    'extensionTypes',
    extensionTypes,
    71,
    { server_name: 0, key_share: 51, encrypted_client_hello: 0xfe0d, renegotiation_info: 0xff01, channel_id: 30032 },
  ],
  ['alerts', alerts, 37, { close_notify: 0, handshake_failure: 40, certificate_required: 116, ech_required: 121 }],
  ['tlsVersions', tlsVersions, 5, { SSLv3: 0x0300, 'TLSv1.0': 0x0301, 'TLSv1.3': 0x0304 }],
  ['contentTypes', contentTypes, 8, { change_cipher_spec: 20, application_data: 23 }],
  ['handshakeTypes', handshakeTypes, 27, { hello_request: 0, server_key_exchange: 12, next_protocol: 67 }],
  ['clientCertificateTypes', clientCertificateTypes, 14, { rsa_sign: 1, ecdsa_sign: 64, gost_sign512: 68 }],
  ['compressionMethods', compressionMethods, 3, { null: 0, DEFLATE: 1, LZS: 64 }],
];

for (const [name, registry, size, samples] of tables) {
  describe(`registry ${name}`, () => {
    it(`has ${size} entries, each name and each code once, and says where they come from`, () => {
      const entries = [...registry.entries()];
      expect(entries).to.have.length(size);
      expect(registry.size).to.equal(size);
      expect(new Set(entries.map(([, entryName]) => entryName)).size).to.equal(size);
      for (const [code, entryName] of entries) {
        expect(registry.nameOf(code)).to.equal(entryName);
        expect(registry.codeOf(entryName)).to.equal(code);
        expect(registry.sourceOf(code)).to.be.a('string').that.is.not.empty;
        expect(isGrease(code)).to.equal(false);
      }
      expect(registry.source).to.match(/IANA|RFC/);
    });

    it('gives the codes of its samples', () => {
      for (const [sample, code] of Object.entries(samples)) expect(registry.codeOf(sample), sample).to.equal(code);
    });

    it('names what it does not know by number, and GREASE as such', () => {
      expect(registry.nameOf(0xeeee)).to.equal('0xeeee');
      expect(registry.nameOf(0x3a3a)).to.equal('GREASE_0x3a3a');
      expect(registry.has(0xeeee)).to.equal(false);
      for (const inherited of ['constructor', '__proto__', 'toString']) {
        expect(registry.codeOf(inherited), inherited).to.equal(undefined);
      }
    });
  });
}

describe('registry', () => {
  it('marks groups that IANA does not does not list, or lists as obsolete, as drafts', () => {
    expect(groups.sourceOf(0x6399)).to.match(/not registered or obsolete/);
    expect(groups.sourceOf(0x11ec)).to.match(/^IANA/);
  });

  it('knows the sixteen GREASE values and no other', () => {
    const values = Array.from({ length: 0x10000 }, (_, code) => code).filter(isGrease);
    expect(values).to.deep.equal(Array.from({ length: 16 }, (_, n) => 0x0a0a + 0x1010 * n));
  });

  it('holds the 352 suites of IANA beside 20 that IANA does not list', () => {
    const sources = [...cipherSuites.entries()].map(([code]) => cipherSuites.sourceOf(code));
    expect(sources.filter((source) => source?.startsWith('IANA'))).to.have.length(352);
  });
});

describe('suiteTraits', () => {
  const of = (name: string) => suiteTraits(cipherSuites.codeOf(name) as number);

  it('reads key exchange, authentication, cipher and MAC off the name', () => {
    expect(of('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256')).to.deep.equal({
      keyExchange: 'ECDHE',
      authentication: 'RSA',
      cipher: 'AES_128_GCM',
      mac: 'AEAD',
      hash: 'SHA256',
      aead: true,
      minVersion: tlsVersion['TLSv1.2'],
      maxVersion: tlsVersion['TLSv1.2'],
      scsv: false,
    });
    expect(of('TLS_RSA_EXPORT_WITH_RC4_40_MD5')).to.include({
      keyExchange: 'RSA_EXPORT',
      authentication: 'RSA',
      cipher: 'RC4_40',
      mac: 'MD5',
      maxVersion: tlsVersion['TLSv1.0'],
    });
    expect(of('TLS_DH_anon_WITH_AES_256_CBC_SHA256')).to.include({ keyExchange: 'DHE', authentication: 'anon' });
    expect(of('TLS_DHE_PSK_WITH_AES_256_CBC_SHA384')).to.include({ keyExchange: 'DHE_PSK', hash: 'SHA384' });
    expect(of('TLS_RSA_WITH_3DES_EDE_CBC_SHA')).to.include({ cipher: '3DES_EDE_CBC', mac: 'SHA', hash: 'SHA256' });
    expect(of('TLS_CHACHA20_POLY1305_SHA256')).to.include({
      keyExchange: 'TLS13',
      authentication: 'TLS13',
      cipher: 'CHACHA20_POLY1305',
      minVersion: tlsVersion['TLSv1.3'],
    });
    expect(of('TLS_SHA256_SHA256')).to.include({ cipher: 'NULL', aead: false, mac: 'SHA256' });
  });

  it('marks the two signalling values', () => {
    const signalling = [...cipherSuites.entries()].filter(([code]) => suiteTraits(code)?.scsv === true);
    expect(signalling.map(([, name]) => name)).to.deep.equal([
      'TLS_EMPTY_RENEGOTIATION_INFO_SCSV',
      'TLS_FALLBACK_SCSV',
    ]);
  });

  it('knows nothing of codes outside the registry', () => {
    expect(suiteTraits(0xeeee)).to.equal(undefined);
    expect(suiteTraits(0x1a1a)).to.equal(undefined);
  });

  it('finds a cipher, known words and possible versions in every name', () => {
    for (const [code, name] of cipherSuites.entries()) {
      const traits = suiteTraits(code);
      expect(traits?.keyExchange, name).to.match(
        /^(NULL|(EC)?DHE?|RSA|RSA_EXPORT|((EC)?DHE_|RSA_)?PSK|SRP|KRB5|ECCPWD|ECJPAKE|GOST|FORTEZZA|TLS13)$/,
      );
      expect(traits?.authentication, name).to.match(
        /^(NULL|RSA|DSS|ECDSA|anon|PSK|SRP|KRB5|ECCPWD|ECJPAKE|GOST|FORTEZZA|TLS13)$/,
      );
      expect(traits?.cipher, name).to.match(
        /^(NULL|RC4|RC2|DES|3DES|IDEA|AES|CAMELLIA|SEED|ARIA|SM4|CHACHA20|AEGIS|KUZNYECHIK|MAGMA|28147|FORTEZZA)/,
      );
      expect(traits?.minVersion, name).to.be.at.most(traits?.maxVersion ?? 0);
    }
  });
});

describe('cipher suites as openssl lists them', () => {
  interface Row {
    readonly code: number;
    readonly name: string;
    readonly version: string;
    readonly mac: string;
  }

  function opensslRows(): Row[] {
    const listed = spawnSync('openssl', ['ciphers', '-stdname', '-V', 'ALL:COMPLEMENTOFALL:eNULL:@SECLEVEL=0'], {
      encoding: 'utf8',
    });
    return (listed.stdout ?? '').split('\n').flatMap((line) => {
      const match = /^\s*0x(\w\w),0x(\w\w) - (\S+)\s+- (\S+)\s+(\S+)\s+Kx=\S+\s+Au=\S+\s+Enc=\S+\s+Mac=(\S+)/.exec(
        line,
      );
      if (match === null) return [];
      const [, high, low, name, , version, mac] = match as unknown as string[];
      return [
        {
          code: Number.parseInt(`${high}${low}`, 16),
          name: name as string,
          version: version as string,
          mac: mac as string,
        },
      ];
    });
  }

  it('have the same names, earliest versions and MACs', function () {
    const rows = opensslRows();
    if (rows.length === 0) this.skip();
    for (const { code, name, version, mac } of rows) {
      expect(cipherSuites.nameOf(code)).to.equal(name);
      const traits = suiteTraits(code);
      expect(tlsVersions.nameOf(traits?.minVersion ?? 0).replace('v1.0', 'v1'), name).to.equal(version);
      expect(traits?.aead === true ? 'AEAD' : traits?.mac.replace(/^SHA$/, 'SHA1'), name).to.equal(mac);
    }
  });
});
