/** What a hello offers, as the evidence and the reader need it. */

import { expect } from 'chai';
import { helloFacts } from '../../lib/session/index.ts';
import { type ClientHello, clientHello, encode, extensionType } from '../../lib/wire/index.ts';
import { handshake, none, random, text } from './server-flights.ts';

function hello(fields: Partial<ClientHello>): Uint8Array {
  const value: ClientHello = {
    legacyVersion: 0x0303,
    random,
    sessionId: none,
    cipherSuites: [0xc02f],
    compressionMethods: [0],
    ...fields,
  };
  return handshake('client_hello', encode(clientHello, value));
}

describe('helloFacts', () => {
  it('reads server name, versions and length', () => {
    const message = hello({
      extensions: [
        { type: extensionType.server_name, data: [{ nameType: 0, name: text('vpn.example.com') }] },
        { type: extensionType.supported_versions, data: [0x3a3a, 0x0304, 0x0303] },
      ],
    });
    const facts = helloFacts(message);
    expect(facts?.evidence).to.deep.equal({
      sni: 'vpn.example.com',
      versions: ['0x0304', '0x0303'],
      length: message.length,
    });
    expect(facts?.offer.cipherSuites).to.deep.equal([0xc02f]);
  });

  it('gives client_version alone where there is no supported_versions', () => {
    const facts = helloFacts(hello({ legacyVersion: 0x0302 }));
    expect(facts?.evidence).to.include({ sni: null }).and.to.have.deep.property('versions', ['0x0302']);
    expect(facts?.offer.versions).to.have.members([0x0300, 0x0301, 0x0302]);
  });

  it('lets a server that does not know supported_versions answer by client_version', () => {
    const facts = helloFacts(hello({ extensions: [{ type: extensionType.supported_versions, data: [0x0304] }] }));
    expect(facts?.offer.versions).to.have.members([0x0304, 0x0303, 0x0302, 0x0301, 0x0300]);
  });

  it('gives null for a message that cannot be decoded', () => {
    expect(helloFacts(hello({}).subarray(0, 30))).to.equal(null);
    expect(helloFacts(none)).to.equal(null);
  });
});
