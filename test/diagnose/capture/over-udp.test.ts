/** What is advised where TLS is not directly on TCP: commands that speak the protocol, or none. */

import { expect } from 'chai';
import { diagnoseCapture } from '../../../lib/diagnose/index.ts';
import type { Conversation, Remedy } from '../../../lib/evidence/index.ts';
import { capture, conversation, seen } from './support.ts';

type Kind = Partial<Pick<Conversation, 'protocol' | 'carrier'>>;

const dtls: Kind = { protocol: 'dtls' };
const openVpn: Kind = { carrier: { name: 'openvpn', transport: 'udp' } };

function remediesOf(...kinds: readonly Kind[]): readonly Remedy[] {
  const conversations = kinds.map((kind, i) => conversation(i + 1, seen.silent(), kind));
  const [finding] = diagnoseCapture(capture(conversations));
  expect(finding?.id).to.equal('handshake.silent');
  return finding?.remedies ?? [];
}

const commandsOf = (remedies: readonly Remedy[]): string =>
  remedies.flatMap(({ commands = [] }) => commands).join('\n');

describe('diagnose: what helps where TLS is not directly on TCP', () => {
  it('of DTLS, commands that speak DTLS', () => {
    expect(commandsOf(remediesOf({}))).to.contain('helloprobe check <host>:<port>');
    const commands = commandsOf(remediesOf(dtls));
    expect(commands).to.contain('openssl s_client -dtls1_2 -connect <host>:<port>');
    expect(commands).to.not.match(/helloprobe|s_client -connect/);
  });

  it('of TLS in OpenVPN, the log of its server first, and no command of TLS', () => {
    const remedies = remediesOf(openVpn);
    expect(remedies[0]?.id).to.equal('read-server-log');
    expect(commandsOf(remedies)).to.not.match(/helloprobe|s_client/);
    for (const { verify = '' } of remedies) expect(verify).to.not.match(/helloprobe /);
  });

  it('of a finding about both, what is said of TLS', () => {
    expect(commandsOf(remediesOf(dtls, {}))).to.contain('helloprobe check <host>:<port>');
  });
});
