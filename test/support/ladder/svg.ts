/** Ladder pictures: steps in, SVG out. No scripts, fonts or references from elsewhere; readable on light and dark pages. */

import type { Side, Step } from './steps.ts';

export type PictureLanguage = 'en' | 'ja';

export interface Picture {
  readonly title: string;
  /** What stands above the line in the middle, e.g. `MTU 1454, no ICMP`. */
  readonly middle: string;
  readonly steps: readonly Step[];
  /** One sentence below the picture. */
  readonly conclusion: string;
}

const words = {
  en: {
    client: 'Client',
    server: 'Server',
    hello: 'ClientHello',
    flight: 'certificate flight',
    bytes: (first: number, last: number) => `bytes ${first}–${last}`,
    packet: (size: number) => `packet of ${size}`,
    again: 'sent again',
    lost: 'lost',
    icmp: (mtu: number) => `ICMP fragmentation needed, MTU ${mtu}`,
  },
  ja: {
    client: 'クライアント',
    server: 'サーバー',
    hello: 'ClientHello',
    flight: '証明書を含む応答',
    bytes: (first: number, last: number) => `${first}〜${last} バイト目`,
    packet: (size: number) => `パケット長 ${size}`,
    again: '再送',
    lost: '消失',
    icmp: (mtu: number) => `ICMP fragmentation needed (MTU ${mtu})`,
  },
} as const;

const width = 860;
const left = 110;
const right = 790;
const middle = (left + right) / 2;
const top = 96;
const rowHeight = 40;
/** How far an arrow falls on its way. */
const slant = 12;

const ink = '#1f2933';
const faint = '#7b8794';
const good = '#0b6e4f';
const bad = '#c62828';

/** The picture as an SVG document. */
export function svgOf(picture: Picture, language: PictureLanguage): string {
  const text = words[language];
  const bottom = top + picture.steps.length * rowHeight;
  const height = bottom + 64;
  const rows = picture.steps.map((step, i) => row(step, top + i * rowHeight + 18, language));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, 'Hiragino Sans', 'Noto Sans CJK JP', sans-serif" font-size="13" role="img" aria-label="${escaped(picture.title)}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff" stroke="#d2d6dc"/>`,
    label(picture.title, width / 2, 30, { size: 16, bold: true }),
    ...[
      [text.client, left],
      [picture.middle, middle],
      [text.server, right],
    ].map(([name, x]) => label(String(name), Number(x), 62, { bold: true, ...(x === middle ? { color: faint } : {}) })),
    line(left, top - 24, left, bottom, ink, 2),
    line(right, top - 24, right, bottom, ink, 2),
    `<line x1="${middle}" y1="${top - 24}" x2="${middle}" y2="${bottom}" stroke="${faint}" stroke-width="1.5" stroke-dasharray="3 5"/>`,
    ...rows,
    label(picture.conclusion, width / 2, bottom + 36, { bold: true }),
    '</svg>',
  ].join('\n')}\n`;
}

function row(step: Step, y: number, language: PictureLanguage): string {
  const [start, end] = step.from === 'client' ? [left, right] : [right, left];
  const color = step.arrived ? (step.kind === 'data' ? good : ink) : bad;
  const parts = [label(timeText(step.at), left - 12, y + 4, { anchor: 'end', color: faint, size: 12 })];
  if (step.kind === 'icmp') {
    parts.push(arrow(middle, y, end, y + slant / 2, good));
  } else if (step.arrived) {
    parts.push(arrow(start, y, end, y + slant, color));
  } else {
    parts.push(line(start, y, middle, y + slant / 2, color, 1.6));
    parts.push(cross(middle, y + slant / 2));
    parts.push(
      label(words[language].lost, middle + (end > start ? 16 : -16), y + slant / 2 + 5, {
        anchor: end > start ? 'start' : 'end',
        color: bad,
        bold: true,
      }),
    );
  }
  // Beside the line in the middle, on the side where the packet starts, so that the cross stays free.
  const from = step.kind === 'icmp' ? opposite(step.from) : step.from;
  const at = from === 'client' ? (left + middle) / 2 : (right + middle) / 2;
  parts.push(label(captionOf(step, language), at, y - 4, { color, size: 12 }));
  return parts.join('\n');
}

function captionOf(step: Step, language: PictureLanguage): string {
  const text = words[language];
  switch (step.kind) {
    case 'syn':
    case 'syn-ack': {
      const name = step.kind === 'syn' ? 'SYN' : 'SYN-ACK';
      return step.mss === step.arrivedMss ? `${name} MSS ${step.mss}` : `${name} MSS ${step.mss} → ${step.arrivedMss}`;
    }
    case 'data': {
      const stream = step.from === 'client' ? text.hello : text.flight;
      return [step.again ? text.again : stream, text.bytes(step.first, step.last), text.packet(step.size)].join(' · ');
    }
    case 'ack':
      return [`ACK ${step.to}`, ...step.sack.map(([from, to]) => `SACK ${from}–${to}`)].join(' · ');
    case 'icmp':
      return text.icmp(step.mtu);
    default:
      return step.kind.toUpperCase();
  }
}

function opposite(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

function timeText(milliseconds: number): string {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 995 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

interface LabelStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly color?: string;
  readonly size?: number;
  readonly bold?: boolean;
}

function label(text: string, x: number, y: number, style: LabelStyle = {}): string {
  const { anchor = 'middle', color = ink, size, bold = false } = style;
  const font = (size === undefined ? '' : ` font-size="${size}"`) + (bold ? ' font-weight="600"' : '');
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${color}"${font}>${escaped(text)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, color: string, thickness: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${color}" stroke-width="${thickness}"/>`;
}

function arrow(x1: number, y1: number, x2: number, y2: number, color: string): string {
  const back = x2 > x1 ? -9 : 9;
  const head = `<path d="M${x2} ${y2} l${back} -4.5 l0 9 z" fill="${color}"/>`;
  return `${line(x1, y1, x2, y2, color, 1.6)}\n${head}`;
}

function cross(x: number, y: number): string {
  return `<path d="M${x - 6} ${y - 6} l12 12 m0 -12 l-12 12" stroke="${bad}" stroke-width="2.5"/>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
