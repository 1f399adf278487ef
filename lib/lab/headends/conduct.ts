/** Headends that speak proper TLS, but not to everyone, not at once, or not in the usual pieces. */

import { encodeRecord, extensionType, findExtension } from '../../wire/index.ts';
import type { HeadendSpec, RawConnection } from '../headend.ts';
import { labName } from '../headend.ts';
import { type Refusal, refusalName, refuse, refuseWhen } from '../refusals.ts';
import { editServerHello, reshapedTls12, reshapeRecords } from '../reshape.ts';

export const oneByteRecords: HeadendSpec = {
  id: 'one-byte-records',
  title: { en: 'Handshake in records of one byte', ja: 'ハンドシェイクを 1 バイトずつのレコードで送る' },
  behaviour: {
    kind: 'raw',
    start: () => ({ hello: (connection) => connection.passOn(inOneByteRecords) }),
  },
  expect: [],
  verdictHint: 'clean',
};

const inOneByteRecords = reshapeRecords(({ type, version, fragment }, send) => {
  for (let i = 0; i < fragment.length; i++) send(encodeRecord(type, version, fragment.subarray(i, i + 1)));
});

/** Sends one byte each `intervalMs`; from 150 ms on, no ServerHello (some 80 bytes) is whole within ten seconds. */
export function slowBytes(intervalMs: number): HeadendSpec {
  return {
    id: `slow-bytes-${intervalMs}ms`,
    title: { en: `One byte each ${intervalMs} ms`, ja: `${intervalMs} ミリ秒ごとに 1 バイトを送る` },
    behaviour: { kind: 'raw', start: () => ({ hello: (connection) => passOnSlowly(connection, intervalMs) }) },
    expect: ['handshake.silent'],
    verdictHint: 'findings',
  };
}

function passOnSlowly(connection: RawConnection, intervalMs: number): void {
  connection.passOn((send) => {
    const waiting: number[] = [];
    connection.every(intervalMs, () => {
      const next = waiting.shift();
      if (next !== undefined) send(Uint8Array.of(next));
    });
    return (fromServer) => void waiting.push(...fromServer);
  });
}

/** Answers each hello only after a while. */
export function answerAfter(milliseconds: number): HeadendSpec {
  return {
    id: `late-${milliseconds}ms`,
    title: { en: `Answers after ${milliseconds} ms`, ja: `${milliseconds} ミリ秒後に応答する` },
    behaviour: {
      kind: 'raw',
      start: () => ({ hello: (connection) => connection.after(milliseconds, () => connection.passOn()) }),
    },
    expect: [],
    verdictHint: 'clean',
  };
}

/** Serves `count` connections, then refuses every further one. */
export function banAfter(count: number, refusal: Refusal = 'reset'): HeadendSpec {
  return {
    id: `ban-after-${count}-${refusalName(refusal)}`,
    title: { en: `Refuses clients after ${count} connections`, ja: `${count} 回の接続の後は拒否する` },
    behaviour: {
      kind: 'raw',
      start: () => ({
        hello(connection) {
          if (connection.number > count) refuse(connection, refusal);
          else connection.passOn();
        },
      }),
    },
    expect: ['policy.rate-limited'],
    mayReport: ['handshake.reset', 'handshake.silent', 'handshake.closed', 'handshake.alert'],
    verdictHint: 'findings',
  };
}

export const serial: HeadendSpec = {
  id: 'serial',
  title: { en: 'Serves one connection at a time', ja: '一度に 1 接続だけを処理する' },
  behaviour: {
    kind: 'raw',
    start() {
      // In the order they connected; the first one holds the server, even before it has said anything.
      const line: RawConnection[] = [];
      const saidHello = new Set<RawConnection>();
      const serveFirst = (): void => {
        const [first] = line;
        if (first !== undefined && saidHello.delete(first)) first.passOn();
      };
      return {
        connected(connection) {
          line.push(connection);
          connection.onClose(() => {
            line.splice(line.indexOf(connection), 1);
            serveFirst();
          });
        },
        hello(connection) {
          saidHello.add(connection);
          serveFirst();
        },
      };
    },
  },
  expect: [],
  verdictHint: 'clean',
};

/** Refuses hellos that ask for one name, whatever else they say; the same hello without it is answered. */
export function refuseName(name: string = labName, refusal: Refusal = 'reset'): HeadendSpec {
  return {
    id: `sni-filter-${refusalName(refusal)}`,
    title: { en: `Refuses the name ${name}`, ja: `名前 ${name} を拒否する` },
    behaviour: refuseWhen(({ clientHello }) => {
      const asked = findExtension(clientHello?.extensions, extensionType.server_name) ?? [];
      return asked.some((entry) => new TextDecoder().decode(entry.name).toLowerCase() === name.toLowerCase());
    }, refusal),
    sni: name,
    expect: ['policy.sni-filtered'],
    verdictHint: 'findings',
  };
}

export const noRenegotiationInfo: HeadendSpec = {
  id: 'no-renegotiation-info',
  title: {
    en: 'TLS 1.2 without secure renegotiation (RFC 5746)',
    ja: '安全な再ネゴシエーション (RFC 5746) に未対応の TLS 1.2',
  },
  behaviour: reshapedTls12(() => withoutRenegotiationInfo),
  expect: ['tls.insecure-renegotiation'],
  verdictHint: 'findings',
};

const withoutRenegotiationInfo = editServerHello(({ extensions = [], ...rest }) => {
  const kept = extensions.filter((extension) => extension.type !== extensionType.renegotiation_info);
  return kept.length === 0 ? rest : { ...rest, extensions: kept };
});
