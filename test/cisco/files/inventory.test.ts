import { expect } from 'chai';
import {
  parseListing,
  type SftunnelInventory,
  sftunnelInventory,
  type TreeEntry,
} from '../../../lib/cisco/files/index.ts';
import { inventoryProblemText } from '../../../lib/cisco/files/words.ts';
import { nodePublicKey } from '../../../lib/cisco/node.ts';
import { diagnoseInventory } from '../../../lib/diagnose/index.ts';
import { daysAfter } from '../../../lib/lab/index.ts';
import { nodeVerify } from '../../../lib/x509/node.ts';
import { sample } from './samples.ts';
import { device, file, fmcTree, fmcUuid, ftdTree, ftdUuids, internalCa, now, tunnelFiles } from './support.ts';

const take = (entries: readonly TreeEntry[]): Promise<SftunnelInventory> =>
  sftunnelInventory(entries, { now, verify: nodeVerify, publicKeyOf: nodePublicKey });
const problemIds = (inventory: SftunnelInventory): string[] => inventory.problems.map(({ id }) => id);
const findingsOf = (inventory: SftunnelInventory, at = now) =>
  diagnoseInventory(inventory, { now: at.toISOString() }).map(({ id, confidence }) => `${id} ${confidence}`);

describe('inventory of sftunnel files', () => {
  it('tells of an FMC who has which CA and certificate, and that keys and signatures fit', async () => {
    const inventory = await take(fmcTree());
    expect(inventory.side).to.equal('fmc');
    expect(inventory.conf?.value.tlsVersion).to.equal('TLSv1.2');
    expect(
      inventory.folders.map(({ kind, peerUuid, subjectUuid, issuerUuid, keyMatches, signedByCa }) => [
        kind,
        peerUuid,
        subjectUuid,
        issuerUuid,
        keyMatches,
        signedByCa,
      ]),
    ).to.deep.equal([
      ['fmc-own', null, fmcUuid, fmcUuid, true, true],
      ['pushed', ftdUuids[0], ftdUuids[0], fmcUuid, true, true],
      ['pushed', ftdUuids[1], ftdUuids[1], fmcUuid, true, true],
    ]);
    expect(inventory.certificates).to.have.lengthOf(4);
    expect(inventory.problems).to.deep.equal([]);
    expect(findingsOf(inventory)).to.deep.equal([]);
  });

  it('tells an FTD by the CA beside its certificate', async () => {
    const inventory = await take(ftdTree());
    expect(inventory.side).to.equal('ftd');
    expect(
      inventory.folders.map(({ kind, peerUuid, subjectUuid, keyMatches, signedByCa }) => [
        kind,
        peerUuid,
        subjectUuid,
        keyMatches,
        signedByCa,
      ]),
    ).to.deep.equal([['peer', fmcUuid, ftdUuids[0], true, true]]);
    expect(problemIds(inventory)).to.deep.equal([]);
  });

  it('finds a key that belongs to another certificate', async () => {
    const ca = internalCa();
    const [caFile, certificate] = tunnelFiles(`var/sf/peers/${fmcUuid}`, device(ca, ftdUuids[0]), ca) as [
      TreeEntry,
      TreeEntry,
    ];
    const other = device(ca, ftdUuids[0]);
    const inventory = await take([
      caFile,
      certificate,
      file(`var/sf/peers/${fmcUuid}/sftunnel-key.pem`, other.privateKeyPem),
    ]);
    expect(problemIds(inventory)).to.deep.equal(['key-mismatch']);
    expect(findingsOf(inventory)).to.deep.equal(['sftunnel.key-mismatch proven']);
    const [finding] = diagnoseInventory(inventory, { now: now.toISOString(), language: 'ja' });
    expect(finding?.evidence.map(({ kind, ref }) => [kind, ref])).to.deep.equal([
      ['file', `var/sf/peers/${fmcUuid}/sftunnel-key.pem`],
      ['file', `var/sf/peers/${fmcUuid}/sftunnel-cert.pem`],
    ]);
    expect(finding?.evidence[0]?.text).to.match(/SHA-256:? [0-9a-f]{64}$/);
  });

  it('finds a CA that was made anew under the old name, and one of another FMC', async () => {
    for (const other of [internalCa(), internalCa('00000000-4347-11ef-aca1-f3aa241412a1')]) {
      const inventory = await take(ftdTree(other, device(internalCa(), ftdUuids[0])));
      expect(inventory.folders[0]?.signedByCa).to.equal(false);
      expect(findingsOf(inventory)).to.deep.equal(['sftunnel.ca-mismatch likely']);
    }
  });

  it('judges the dates of what lies in the files, each certificate once with all its places', async () => {
    const ca = internalCa(fmcUuid, { notBefore: daysAfter(now, -3650), notAfter: daysAfter(now, -1) });
    const inventory = await take([...ftdTree(ca), file('etc/sf/ca_root/cacert.pem', ca.pem)]);
    const findings = diagnoseInventory(inventory, { now: now.toISOString() });
    expect(findings.map(({ id, severity, confidence }) => [id, severity, confidence])).to.deep.equal([
      ['sftunnel.ca-expired', 'high', 'proven'],
    ]);
    expect(findings[0]?.evidence.map(({ kind }) => kind)).to.deep.equal(['certificate', 'file', 'file']);
    const early = new Date(daysAfter(now, -21));
    expect(
      diagnoseInventory(inventory, { now: early.toISOString() }).map(({ id, severity }) => [id, severity]),
    ).to.deep.equal([['sftunnel.ca-expiring', 'medium']]);
    expect(findingsOf(inventory, daysAfter(now, -3651))).to.deep.equal([
      'cert.not-yet-valid proven',
      'cert.not-yet-valid proven',
    ]);
  });

  it('reports failed pushes, with the line of each record', async () => {
    const inventory = await take([
      file('var/tmp/certs/1728915794/FAILED_PUSH', sample('failed-push').split('\n').slice(1).join('\n')),
    ]);
    expect(inventory.failedPushes[0]?.value.generatedAt).to.equal('2024-10-14T14:23:14.000Z');
    const findings = diagnoseInventory(inventory, { now: now.toISOString() });
    expect(findings.map(({ id, subject, count }) => [id, subject, count])).to.deep.equal([
      ['sftunnel.push-failed', 'BSNS-1120-1', 3],
      ['sftunnel.push-failed', 'EMEA-FPR3110-08', 3],
    ]);
    expect(findings[0]?.evidence[0]?.ref).to.equal('var/tmp/certs/1728915794/FAILED_PUSH:1');
  });

  it('reports owners and permissions, stray names, links, empty and missing files', async () => {
    const folder = `var/sf/peers/${fmcUuid}`;
    const [ca, certificate, key] = ftdTree() as [TreeEntry, TreeEntry, TreeEntry];
    const inventory = await take([
      { ...ca, owner: 'admin', mode: 0o666 },
      certificate,
      { ...key, mode: 0o644 },
      file(`${folder}/sftunnel-key.pem\x03\x03`, ''),
      file(`${folder}/LL-key.pem`, 'x'),
      { ...file(`var/sf/peers/${ftdUuids[0]}/cacert.pem`, ''), size: 0 },
      { ...certificate, path: `var/sf/peers/${ftdUuids[1]}/sftunnel-cert.pem` },
      { ...file(`var/sf/peers/${ftdUuids[1]}/sftunnel-key.pem`, ''), kind: 'link', content: null },
    ]);
    expect(
      inventory.problems.map(({ id, path, detail }) => [id, path.slice(path.lastIndexOf('/') + 1), detail]),
    ).to.deep.equal([
      ['wrong-owner', 'cacert.pem', 'admin'],
      ['writable-by-others', 'cacert.pem', 'rw-rw-rw-'],
      ['key-readable-by-others', 'sftunnel-key.pem', 'rw-r--r--'],
      ['stray-file', 'sftunnel-key.pem\\u{3}\\u{3}', null],
      ['empty-file', 'cacert.pem', null],
      ['not-a-file', 'sftunnel-key.pem', 'link'],
      ['missing-file', ftdUuids[1], 'sftunnel-key.pem'],
      ['missing-file', ftdUuids[1], 'cacert.pem'],
    ]);
    for (const language of ['en', 'ja'] as const)
      for (const problem of inventory.problems)
        expect(inventoryProblemText(problem, language)).to.include(problem.path);
  });

  it('reports damaged files by line, swapped ones, and shows nothing of a key', async () => {
    const folder = `var/sf/peers/${fmcUuid}`;
    const leaf = device(internalCa(), ftdUuids[0]);
    const inventory = await take([
      file(`${folder}/cacert.pem`, sample('cacert')),
      file(`${folder}/sftunnel-cert.pem`, leaf.privateKeyPem),
      file(`${folder}/sftunnel-key.pem`, sample('sftunnel-key')),
      file(`var/sf/peers/${ftdUuids[0]}/sftunnel-cert.pem`, leaf.pem.split('\n').toSpliced(3, 1).join('\n')),
    ]);
    expect(
      inventory.problems
        .filter(({ id }) => id !== 'missing-file')
        .map(({ id, path, line }) => [id, path.slice(path.lastIndexOf('/') + 1), line]),
    ).to.deep.equal([
      ['damaged', 'cacert.pem', 3],
      ['wrong-content', 'sftunnel-cert.pem', null],
      ['damaged', 'sftunnel-key.pem', 4],
      ['damaged', 'sftunnel-cert.pem', 1],
    ]);
    const secret = (leaf.privateKeyPem.split('\n')[1] as string).slice(10, 40);
    expect(JSON.stringify(inventory)).to.not.include(secret).and.not.include('MIIEvg');
  });

  it('never claims a mismatch where a key or a signature could not be looked at', async () => {
    const encrypted = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIFNTBf\n-----END ENCRYPTED PRIVATE KEY-----\n';
    const [ca, certificate] = ftdTree() as [TreeEntry, TreeEntry];
    const inventory = await sftunnelInventory(
      [ca, certificate, file(`ngfw/var/sf/peers/${fmcUuid}/sftunnel-key.pem`, encrypted)],
      {
        now,
        verify: () => 'unsupported',
        publicKeyOf: nodePublicKey,
      },
    );
    expect(inventory.folders[0]).to.include({ keyMatches: null, signedByCa: null });
    expect(findingsOf(inventory)).to.deep.equal([]);
  });

  it('reads the listing of the article as what it is: a folder whose key everybody may read', () => {
    expect(
      parseListing(sample('final-listing')).value.files.find(({ name }) => name === 'sftunnel-key.pem')?.mode,
    ).to.equal(0o644);
  });
});
