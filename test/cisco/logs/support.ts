/** Logs for tests, and the shortest way from lines to a report. */

import { readFileSync } from 'node:fs';
import type { LogReport } from '../../../lib/evidence/index.ts';
import { analyzeLog, type LogOptions } from '../../../lib/logs.ts';

/** After every line of the samples. */
export const now = new Date('2025-01-05T00:00:00Z');

export function sample(name: 'ftd-messages' | 'fmc-messages'): string {
  return readFileSync(new URL(`../../vectors/cisco-222464/${name}.txt`, import.meta.url), 'utf8');
}

/** The report of the text. */
export function read(text: string, options: LogOptions = {}): Promise<LogReport> {
  return analyzeLog(new TextEncoder().encode(text), { now, ...options });
}

export const ids = ({ findings }: Pick<LogReport, 'findings'>): string[] => findings.map(({ id }) => id);

/** A line of sftunnel as FTD writes it. */
export const sftunnelLine = (time: string, level: string, message: string, thread = 51_982): string =>
  `${time} FTD-hostname SF-IMS[50792]: [${thread}] sftunnel:sf_ssl [${level}] ${message}`;

/** An attempt of an FTD that finds the InternalCA expired, its lines whole. */
export function expiredAttempt(time: string, address = '10.10.200.31'): string[] {
  const line = (level: string, message: string): string => sftunnelLine(time, level, message);
  const ca =
    '/title=InternalCA/OU=Intrusion Management System/CN=cdb123c8-4347-11ef-aca1-f3aa241412a1/O=Cisco Systems, Inc';
  return [
    line('INFO', `Initiating IPv4 connection to ${address}`),
    line('INFO', `Connected to ${address}`),
    line('ERROR', '-Error with certificate at depth: 1'),
    line('ERROR', `issuer = ${ca}`),
    line('ERROR', `subject = ${ca}`),
    line('ERROR', 'err 10:certificate has expired'),
    line('ERROR', 'Connect:SSL handshake failed'),
  ];
}
