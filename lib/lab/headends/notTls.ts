/** Headends that speak something else than TLS. */

import type { HeadendSpec } from '../headend.ts';
import { onConnect, onHello } from '../refusals.ts';

const ascii = new TextEncoder();

export const garbage: HeadendSpec = {
  id: 'garbage',
  title: { en: 'Binary noise on every hello', ja: 'ClientHello に無意味なバイト列を返す' },
  behaviour: onHello((connection) => {
    connection.send(noise(200));
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

/** The same noise each time: bytes of a small linear congruential generator, the first one no TLS content type. */
function noise(length: number): Uint8Array {
  let state = 0x2545f491;
  return Uint8Array.from({ length }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return i === 0 ? 0xc7 : state >>> 24;
  });
}
