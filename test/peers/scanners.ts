/** What sslscan and nmap find at a server, in one shape. */

import { cipherSuites, tlsVersions } from '../../lib/wire/index.ts';
import { installed, outputOf } from './process.ts';

/** Suites by version name (`TLSv1.2`), as IANA names; a version without suites is not supported. */
export interface ScanResult {
  readonly versions: readonly string[];
  readonly suites: Readonly<Record<string, readonly string[]>>;
  /** Lower-case hex SHA-1 of the leaf certificates shown. */
  readonly leaves: readonly string[];
}

export interface Scanner {
  readonly name: string;
  readonly installed: boolean;
  /** Argument list of a default scan, for the benchmark too. */
  argv(port: number): readonly string[];
  scan(port: number): Promise<ScanResult>;
}

export const sslscan: Scanner = {
  name: 'sslscan',
  installed: installed('sslscan'),
  argv: (port) => ['--no-colour', '--xml=-', `127.0.0.1:${port}`],
  async scan(port) {
    const xml = await outputOf('sslscan', this.argv(port));
    const versions = [...xml.matchAll(/<protocol type="(ssl|tls)" version="([\d.]+)" enabled="1"/g)]
      .map(([, type, version]) => (type === 'tls' ? `TLSv${version}` : `SSLv${version}`))
      .filter((name) => tlsVersions.codeOf(name) !== undefined);
    const suites: Record<string, string[]> = {};
    for (const [, version = '', id = ''] of xml.matchAll(
      /<cipher [^>]*sslversion="([^"]+)"[^>]* id="0x([0-9A-Fa-f]+)"/g,
    )) {
      (suites[version] ??= []).push(cipherSuites.nameOf(Number.parseInt(id, 16)));
    }
    return { versions, suites, leaves: [] };
  },
};

/** nmap gives the TLS 1.3 suites a key exchange of its own, and keeps a draft's name for one suite. */
function ianaName(name: string): string {
  return name.replace(/^TLS_AKE_WITH_/, 'TLS_').replace(/-draft$/, '');
}

export const nmap: Scanner = {
  name: 'nmap',
  installed: installed('nmap'),
  argv: (port) => [
    '-Pn',
    '-n',
    '-sT',
    '-p',
    String(port),
    '--script',
    '+ssl-enum-ciphers,+ssl-cert',
    '-oX',
    '-',
    '127.0.0.1',
  ],
  async scan(port) {
    const xml = await outputOf('nmap', this.argv(port));
    const suites: Record<string, string[]> = {};
    const listing = /<script id="ssl-enum-ciphers"[\s\S]*?<\/script>/.exec(xml)?.[0] ?? '';
    for (const [, version = '', body = ''] of listing.matchAll(
      /<table key="((?:TLS|SSL)v[\d.]+)">([\s\S]*?)(?=<table key="(?:TLS|SSL)v|<\/script>)/g,
    )) {
      suites[version] = [...body.matchAll(/<elem key="name">((?:TLS|SSL)_[^<]+)<\/elem>/g)].map(([, name = '']) =>
        ianaName(name),
      );
    }
    const sha1 = /<elem key="sha1">([0-9a-f]{40})<\/elem>/.exec(xml)?.[1];
    return { versions: Object.keys(suites), suites, leaves: sha1 === undefined ? [] : [sha1] };
  },
};

export const scanners: readonly Scanner[] = [sslscan, nmap];
