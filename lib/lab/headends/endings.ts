/** Headends that answer no hello at all, each ending the connection in its own way. */

import { handshakeType } from '../../wire/index.ts';
import type { HeadendSpec } from '../headend.ts';
import { type AlertName, alertRecord, onConnect, onHello, plainRecord, type Refusal, refuse } from '../refusals.ts';
import { reshapedTls12, reshapeMessages } from '../reshape.ts';

function ends(id: string, title: HeadendSpec['title'], refusal: Refusal, expect: string): HeadendSpec {
  return {
    id,
    title,
    behaviour: onHello((connection) => refuse(connection, refusal)),
    expect: [expect],
    verdictHint: 'findings',
  };
}

export const silent = ends(
  'silent',
  { en: 'Accepts the hello and says nothing', ja: 'ClientHello を受け取っても応答しない' },
  'silent',
  'handshake.silent',
);

export const resetOnHello = ends(
  'reset-on-hello',
  { en: 'RST on every hello', ja: 'ClientHello に RST を返す' },
  'reset',
  'handshake.reset',
);

export const closeOnHello = ends(
  'close-on-hello',
  { en: 'FIN on every hello', ja: 'ClientHello に FIN を返す' },
  'close',
  'handshake.closed',
);

export const resetOnAccept: HeadendSpec = {
  id: 'reset-on-accept',
  title: { en: 'RST as soon as a client connects', ja: '接続直後に RST を返す' },
  behaviour: onConnect((connection) => connection.reset()),
  expect: ['handshake.reset'],
  verdictHint: 'findings',
};

/** Answers every hello with one alert and then FIN. */
export function alertOnHello(alert: AlertName, level: 'warning' | 'fatal' = 'fatal'): HeadendSpec {
  return {
    id: `alert-${alert}${level === 'fatal' ? '' : `-${level}`}`,
    title: { en: `Alert ${alert} (${level}) on every hello`, ja: `ClientHello にアラート ${alert} (${level}) を返す` },
    behaviour: onHello((connection) => refuse(connection, { alert, level })),
    expect: ['handshake.alert'],
    verdictHint: 'findings',
  };
}

/** Sends warnings that end nothing (RFC 5246 §7.2), and then lets the good server answer. */
function warns(id: string, title: HeadendSpec['title'], count: number, expect: readonly string[]): HeadendSpec {
  return {
    id,
    title,
    behaviour: onHello((connection) => {
      for (let i = 0; i < count; i++) connection.send(alertRecord({ alert: 'unrecognized_name', level: 'warning' }));
      connection.passOn();
    }),
    expect,
    verdictHint: expect.length === 0 ? 'clean' : 'findings',
  };
}

export const fourWarnings = warns(
  'warnings-4',
  { en: 'Four warning alerts before a good answer', ja: '警告アラートを 4 回送ってから正常に応答する' },
  4,
  [],
);

export const fiveWarnings = warns(
  'warnings-5',
  { en: 'Five warning alerts before a good answer', ja: '警告アラートを 5 回送ってから正常に応答する' },
  5,
  ['handshake.malformed'],
);

/** Level and description that no registry has. */
export const unknownAlert: HeadendSpec = {
  ...alertOnHello('internal_error'),
  id: 'alert-unknown',
  title: { en: 'Alert of unknown level and description', ja: 'レベルも種類も未知のアラートを返す' },
  behaviour: onHello((connection) => {
    connection.send(plainRecord('alert', Uint8Array.of(7, 200)));
    connection.end();
  }),
};

export const halfAlert: HeadendSpec = {
  ...closeOnHello,
  id: 'half-alert',
  title: { en: 'One byte of an alert, then FIN', ja: 'アラートの 1 バイト目だけを送って FIN を返す' },
  behaviour: onHello((connection) => {
    connection.send(plainRecord('alert', Uint8Array.of(2)));
    connection.end();
  }),
};

/** A fatal alert where the rest of the flight should be. */
export const alertAfterServerHello: HeadendSpec = {
  id: 'alert-after-server-hello',
  title: { en: 'Fatal alert after the ServerHello', ja: 'ServerHello の直後に致命的アラートを送る' },
  behaviour: reshapedTls12((connection) =>
    reshapeMessages(({ type, raw }, sendMessage) => {
      if (type !== handshakeType.server_hello) return;
      sendMessage(raw);
      refuse(connection, { alert: 'internal_error' });
    }),
  ),
  expect: ['handshake.alert'],
  verdictHint: 'findings',
};
