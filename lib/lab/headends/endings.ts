/** Headends that answer no hello at all, each ending the connection in its own way. */

import type { HeadendSpec } from '../headend.ts';
import { type AlertName, onConnect, onHello, type Refusal, refuse } from '../refusals.ts';

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
