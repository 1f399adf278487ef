/** Peers of the management channel between FMC and FTD. They ask for a certificate and name their InternalCA. */

import type { HeadendSpec, LeafRecipe, TlsBehaviour } from '../headend.ts';
import { internalCa, sftunnelLeaf } from '../internalCa.ts';
import { asksAfterHandshake } from '../postHandshake.ts';
import { onHello, refuse } from '../refusals.ts';

function peer(
  id: string,
  title: HeadendSpec['title'],
  recipe: LeafRecipe,
  expect: readonly string[],
  behaviour: Partial<TlsBehaviour> = { maxVersion: 'TLSv1.2' },
): HeadendSpec {
  return {
    id,
    title,
    behaviour: {
      kind: 'tls',
      certificates: [{ issuedBy: 'internal-ca', chain: 'with-root', ...recipe }],
      clientCertificate: 'required',
      ...behaviour,
    },
    expect,
    mayReport: ['tls.client-certificate-required'],
    verdictHint: expect.some((finding) => finding !== 'tls.client-certificate-required') ? 'findings' : 'clean',
  };
}

const expired = ['sftunnel.ca-expired', 'sftunnel.certificate-expired'];

export const good = peer('sftunnel-good', { en: 'sftunnel, nothing wrong', ja: 'sftunnel (正常)' }, {}, []);

export const expiredCa = peer(
  'sftunnel-expired-ca',
  { en: 'sftunnel, InternalCA expired, CA sent', ja: 'sftunnel、InternalCA 期限切れ (CA も送信)' },
  { validFromDays: -3660, validToDays: -10 },
  expired,
);

export const expiredCaUnsent = peer(
  'sftunnel-expired-ca-unsent',
  { en: 'sftunnel, InternalCA expired, CA not sent', ja: 'sftunnel、InternalCA 期限切れ (CA は未送信)' },
  { validFromDays: -3660, validToDays: -10, chain: 'leaf-only' },
  expired,
  // OpenSSL completes the chain it sends from the CAs that it takes client certificates of, so this one takes none.
  { maxVersion: 'TLSv1.2', clientCertificate: 'none' },
);

export const expiringCa = peer(
  'sftunnel-expiring-ca',
  { en: 'sftunnel, InternalCA ends in 20 days', ja: 'sftunnel、InternalCA があと 20 日で期限切れ' },
  { validFromDays: -3630, validToDays: 20 },
  ['sftunnel.ca-expiring', 'sftunnel.certificate-expiring'],
);

export const tls13 = peer(
  'sftunnel-tls13',
  { en: 'sftunnel over TLS 1.3 only', ja: 'sftunnel (TLS 1.3 のみ)' },
  {},
  [],
  { minVersion: 'TLSv1.3' },
);

/** As a site with FMC 7.6 reports it (community.cisco.com 5354338). */
export const postHandshake: HeadendSpec = {
  id: 'sftunnel-post-handshake',
  title: {
    en: 'sftunnel over TLS 1.3, client certificate asked for after the handshake',
    ja: 'sftunnel (TLS 1.3、ハンドシェイク後にクライアント証明書を要求)',
  },
  behaviour: {
    kind: 'raw',
    inner: { minVersion: 'TLSv1.3', certificates: [{ issuedBy: 'internal-ca', chain: 'with-root' }] },
    start: (pki) =>
      asksAfterHandshake(sftunnelLeaf(pki, internalCa(pki, {}), { validFromDays: -3000, validToDays: 650 })),
  },
  expect: [],
  verdictHint: 'clean',
};

/** What an FMC does until the device is configured on its side: seen in a capture of a registration (grandmetric.com). */
export const refuses: HeadendSpec = {
  id: 'sftunnel-refuses',
  title: { en: 'sftunnel, registration not configured', ja: 'sftunnel、登録が未設定' },
  behaviour: onHello((connection) => refuse(connection, 'reset')),
  expect: ['handshake.reset'],
  mayReport: ['sftunnel.peer-refuses'],
  verdictHint: 'findings',
};
