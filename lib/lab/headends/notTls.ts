/** Headends that speak something else than TLS. */

import { concat } from '../../wire/index.ts';
import type { HeadendSpec } from '../headend.ts';
import { noiseFrom } from '../noise.ts';
import { onConnect, onHello, plainRecord } from '../refusals.ts';

const ascii = new TextEncoder();

/** No TLS content type. */
const notTls = Uint8Array.of(0xc7);

export const garbage: HeadendSpec = {
  id: 'garbage',
  title: { en: 'Binary noise on every hello', ja: 'ClientHello に無意味なバイト列を返す' },
  behaviour: onHello((connection) => {
    connection.send(concat(notTls, noiseFrom(1)(199)));
    connection.end();
  }),
  expect: ['handshake.not-tls'],
  verdictHint: 'findings',
};

export const httpReply: HeadendSpec = {
  id: 'http',
  title: { en: 'Plain HTTP on the TLS port', ja: 'TLS のポートで平文の HTTP が応答する' },
  behaviour: onHello((connection) => {
    const body = '<html><body><h1>400 Bad Request</h1></body></html>\r\n';
    const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    connection.send(ascii.encode(head + body));
    connection.end();
  }),
  expect: ['handshake.not-tls'],
  verdictHint: 'findings',
};

function banner(id: string, title: HeadendSpec['title'], line: string): HeadendSpec {
  return {
    id,
    title,
    behaviour: onConnect((connection) => connection.send(ascii.encode(`${line}\r\n`))),
    expect: ['handshake.not-tls'],
    verdictHint: 'findings',
  };
}

export const ssh = banner('ssh', { en: 'SSH server', ja: 'SSH サーバー' }, 'SSH-2.0-lab_1.0');

export const smtp = banner('smtp', { en: 'SMTP server', ja: 'SMTP サーバー' }, '220 mail.example.test ESMTP ready');

export const ftp = banner('ftp', { en: 'FTP server', ja: 'FTP サーバー' }, '220 lab FTP server ready');

export const imap = banner('imap', { en: 'IMAP server', ja: 'IMAP サーバー' }, '* OK IMAP4rev1 lab ready');

export const pop3 = banner('pop3', { en: 'POP3 server', ja: 'POP3 サーバー' }, '+OK POP3 lab ready');

export const hostileBanner = banner(
  'hostile-banner',
  { en: 'Banner that tries to drive a terminal', ja: '端末を操作しようとするバナー' },
  '220 \u001b]0;owned\u0007\u001b[2J<script>alert(1)</script>',
);

function greeting(id: string, title: HeadendSpec['title'], bytes: readonly number[]): HeadendSpec {
  return { ...banner(id, title, ''), behaviour: onConnect((connection) => connection.send(Uint8Array.from(bytes))) };
}

/** IAC DO TERMINAL-TYPE, IAC WILL ECHO (RFC 854, RFC 857, RFC 1091). */
export const telnet = greeting(
  'telnet',
  { en: 'Telnet server', ja: 'Telnet サーバー' },
  [0xff, 0xfd, 0x18, 0xff, 0xfb, 1],
);

/** SERVER-HELLO of version 2 (SSL 2.0 draft §2.6) with nothing in its three variable fields. */
export const ssl2: HeadendSpec = {
  ...greeting('ssl2', { en: 'SSL 2.0 server', ja: 'SSL 2.0 サーバー' }, [0x80, 11, 4, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0]),
  expect: ['handshake.not-tls'],
};

/** Sends the client's own hello back, as the echo service does (RFC 862). */
export const echo: HeadendSpec = {
  id: 'echo',
  title: { en: 'Echo server', ja: 'エコーサーバー' },
  behaviour: onHello((connection, { message }) => connection.send(plainRecord('handshake', message))),
  expect: ['handshake.malformed'],
  verdictHint: 'findings',
};

/** As the character generator does (RFC 864). */
export const endlessText: HeadendSpec = {
  id: 'endless-text',
  title: { en: 'Text without end and without a line feed', ja: '改行のないテキストを際限なく送る' },
  behaviour: onConnect((connection) => connection.flood(() => ascii.encode('the quick brown fox '))),
  expect: ['handshake.not-tls'],
  verdictHint: 'findings',
};

export const endlessNoise: HeadendSpec = {
  id: 'endless-noise',
  title: { en: 'Random bytes without end', ja: '無作為なバイト列を際限なく送る' },
  behaviour: onConnect((connection) => {
    const noise = noiseFrom(1);
    connection.send(notTls);
    connection.flood(() => noise(1000));
  }),
  expect: ['handshake.not-tls'],
  verdictHint: 'findings',
};
