/** What a server speaks when it does not speak TLS. */

import { expect } from 'chai';
import { fromHex } from '../../lib/wire/index.ts';
import { read, text } from './server-flights.ts';

describe('the flight reader on bytes that are not TLS', () => {
  it('says what they look like', () => {
    const cases = {
      'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n': 'http',
      '<!DOCTYPE html>\n<html>': 'http',
      '<html><body>\n': 'http',
      'SSH-2.0-OpenSSH_9.2p1\r\n': 'ssh',
      '220 mail.example.com ESMTP Postfix\r\n': 'smtp',
      '554 mail.example.com no\r\n': 'smtp',
      '220 (vsFTPd 3.0.3)\r\n': 'ftp',
      '220-FileZilla Server 1.8\r\n': 'ftp',
      '* OK [CAPABILITY IMAP4rev1] ready\r\n': 'imap',
      '+OK Dovecot ready.\r\n': 'pop3',
      '-ERR too many connections\r\n': 'pop3',
      '220 welcome\r\n': 'text',
      'RFB 003.008\n': 'text',
      'no line feed at all': 'text',
      '\n': 'text',
    };
    for (const [greeting, looksLike] of Object.entries(cases)) {
      const flight = read(text(greeting));
      expect(flight, greeting).to.include({ end: 'not-tls', looksLike, alert: null, bytes: 0 });
      expect(flight.messages, greeting).to.have.length(0);
      expect(flight.detail, greeting).to.match(/^The first line is ".*"\.$/);
    }
  });

  it('calls what is not text binary and shows its first bytes', () => {
    for (const hex of [
      '00000c0400000000000000',
      '5a00ff',
      'ff',
      'fffd18',
      '1603',
      '480002',
      '1900000000',
      '170000000000',
      '1405ffff00',
      'a0b0c0',
    ]) {
      const flight = read(fromHex(hex), { ending: 'silent' });
      if (hex === '1603') expect(flight.end, 'the beginning of a record').to.equal('silent');
      else expect(flight, hex).to.include({ end: 'not-tls', looksLike: 'binary' });
    }
    expect(read(fromHex('00000c0400')).detail).to.equal('The first bytes are 00.');
  });

  it('calls SSL 2.0 a protocol of its own, and records of another version malformed', () => {
    expect(read(fromHex('802e0400010002001a000000'))).to.include({
      end: 'not-tls',
      looksLike: 'ssl2',
      detail: 'The server answered with an SSL 2.0 SERVER-HELLO.',
    });
    expect(read(fromHex('8003000001'))).to.include({
      end: 'not-tls',
      looksLike: 'ssl2',
      detail: 'The server answered with an SSL 2.0 ERROR.',
    });
    for (const hex of ['150000000202', '16feff0001', '1602000050']) {
      expect(read(fromHex(hex)), hex).to.include({ end: 'malformed', looksLike: null });
    }
  });

  it('shows a greeting without its control characters, and not all of a long one', () => {
    const flight = read(text(`SSH-2.0-\u009b31m${'x'.repeat(300)}`));
    expect(flight.looksLike).to.equal('ssh');
    expect(flight.detail)
      .to.have.length.below(120)
      .and.to.match(/^[\x20-\x7e…]+$/);
    expect(read(text('SSH-2.0-\u001b[31m\r\n')).looksLike, 'an escape is no text').to.equal('binary');
  });

  it('does not wait for a line feed that never comes', () => {
    const flight = read(text('x'.repeat(256)), { size: 1, ending: 'silent' });
    expect(flight.looksLike).to.equal('text');
  });
});
