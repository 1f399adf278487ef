/** The pictures of docs/pppoe-1454.md, from the captures at both ends. Run as a script (`npm run docs`) it writes docs/images/. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { captureFile, type RecordedName, recorded } from '../../../captures/make/recorded.ts';
import { packetsOf } from './packets.ts';
import { stepsOf } from './steps.ts';
import { type PictureLanguage, svgOf } from './svg.ts';

interface PictureTexts {
  readonly title: string;
  readonly middle: string;
  readonly conclusion: string;
}

/** Steps that are shown at most: what follows repeats them. */
const mostSteps = 13;

const texts: Readonly<Record<RecordedName, Readonly<Record<PictureLanguage, PictureTexts>>>> = {
  'path-1454-outbound-loss': {
    en: {
      title: 'From client to server: the head of a large ClientHello is lost',
      middle: 'MTU 1454, ICMP dropped',
      conclusion: 'The server has the tail, asks for the head, and never gets it.',
    },
    ja: {
      title: 'クライアントからサーバーへ: 大きな ClientHello の先頭が消える',
      middle: 'MTU 1454、ICMP 遮断',
      conclusion: 'サーバーには末尾だけが届き、先頭は何度再送しても届かない。',
    },
  },
  'path-1454-inbound-loss': {
    en: {
      title: 'From server to client: the certificates are lost',
      middle: 'MTU 1454, ICMP dropped',
      conclusion: 'The server has the whole hello. Its full packets never arrive, its last short one does.',
    },
    ja: {
      title: 'サーバーからクライアントへ: 証明書が消える',
      middle: 'MTU 1454、ICMP 遮断',
      conclusion: 'hello はすべて届いている。応答は最大サイズのパケットが消え、最後の短いものだけが届く。',
    },
  },
  'path-clamped': {
    en: {
      title: 'The router clamps the MSS of both SYNs',
      middle: 'MTU 1454, clamp 1414',
      conclusion: 'Both ends send packets of 1454 bytes at most.',
    },
    ja: {
      title: 'ルーターが双方の SYN の MSS を調整する',
      middle: 'MTU 1454、MSS 調整 1414',
      conclusion: '両端とも 1454 バイトを超えるパケットを送らない。',
    },
  },
  'path-pmtud': {
    en: {
      title: 'ICMP is let through: path MTU discovery works',
      middle: 'MTU 1454, ICMP sent',
      conclusion: 'The sender learns the MTU at once, cuts its packets anew, and goes on.',
    },
    ja: {
      title: 'ICMP が届けば、経路 MTU 探索が働く',
      middle: 'MTU 1454、ICMP 通過',
      conclusion: '送信側はすぐに MTU を知り、小さく切り直して先へ進む。',
    },
  },
};

/** Every picture by its file name. */
export function pictures(): Map<string, string> {
  const made = new Map<string, string>();
  for (const name of recorded) {
    const all = stepsOf(packetsOf(captureFile(name)), packetsOf(captureFile(`${name}-server`)));
    const steps = all.slice(0, mostSteps);
    made.set(`${name}.svg`, svgOf({ ...texts[name].en, steps }, 'en'));
    made.set(`${name}.ja.svg`, svgOf({ ...texts[name].ja, steps }, 'ja'));
  }
  return made;
}

if (process.argv[1] === import.meta.filename) {
  const folder = join(import.meta.dirname, '../../../docs/images');
  mkdirSync(folder, { recursive: true });
  for (const [name, svg] of pictures()) writeFileSync(join(folder, name), svg);
}
