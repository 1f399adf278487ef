/** The alerts of a conversation, in the order they came. */

import type { CapturedAlert } from '../../evidence/index.ts';
import { alertDescription, alertLevel, alerts } from '../../wire/index.ts';
import type { TlsContext } from './context.ts';

export class AlertList {
  readonly #context: TlsContext;
  readonly #alerts: Alert[] = [];

  constructor(context: TlsContext) {
    this.#context = context;
  }

  add(direction: 0 | 1, level: number, code: number): void {
    const { packet, counters } = this.#context;
    if (this.#alerts.length < mostAlerts) this.#alerts.push({ direction, level, code, packet: packet.number });
    else counters.drop('alert-not-listed');
  }

  /** One that stays closed. */
  addEncrypted(direction: 0 | 1): void {
    this.add(direction, encrypted, 0);
  }

  /** One in clear that ends what it belongs to (RFC 5246 §7.2). */
  get hasEnd(): boolean {
    return this.#alerts.some(
      ({ level, code }) =>
        level === alertLevel.fatal || (level === alertLevel.warning && code === alertDescription.close_notify),
    );
  }

  captured(client: 0 | 1): CapturedAlert[] {
    return this.#alerts.map(({ direction, level, code, packet }) => {
      const from = direction === client ? 'client' : 'server';
      if (level === encrypted) return { from, level: 'encrypted', code: null, name: null, packet };
      const name = level === alertLevel.warning ? 'warning' : level === alertLevel.fatal ? 'fatal' : 'unknown';
      return { from, level: name, code, name: alerts.nameOf(code), packet };
    });
  }
}

interface Alert {
  readonly direction: 0 | 1;
  /** As sent, or `encrypted`. */
  readonly level: number;
  readonly code: number;
  readonly packet: number;
}

const mostAlerts = 20;
/** Stands for the level of an alert that was not opened. */
const encrypted = -1;
