/**
 * Chromium's path validation tests (BoringSSL, pki/testdata/verify_certificate_chain_unittest): the verdict, and for each error that
 * they expect of a certificate, whether we give that reason for the same certificate. Not in this repository: give the folder.
 *
 *     node test/conformance/chromium.mjs FOLDER [--failures]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { clientProfile, evaluateChain, inspectPem, rootSet } from 'helloprobe/x509';
import { nodeVerify } from 'helloprobe/x509/node';
import { chromiumClasses } from './chromium-classes.mjs';
import { waivers } from './waivers.mjs';

/** What Chromium makes of what it trusts; other kinds of trust have no counterpart here. */
const anchors = {
  TRUSTED_ANCHOR: 'key',
  TRUSTED_ANCHOR_WITH_EXPIRATION: 'dates',
  TRUSTED_ANCHOR_WITH_CONSTRAINTS: 'certificate',
  TRUSTED_ANCHOR_WITH_EXPIRATION_AND_CONSTRAINTS: 'certificate',
};
const usages = { SERVER_AUTH: 'server', CLIENT_AUTH: 'client', ANY_EKU: null };
/** Chromium looks at neither, and the delegate of its tests accepts SHA-1. */
const indifferent = { 'wrong-key-usage': 'notes', 'name-constraints-in-leaf': 'notes' };

export function loadTests(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => String(name).endsWith('.test'))
    .map((name) => readTest(folder, String(name)));
}

function readTest(folder, name) {
  const text = readFileSync(join(folder, name), 'utf8');
  const field = (key) => new RegExp(`^${key}: (.*)$`, 'm').exec(text)?.[1];
  const errors = [];
  let position = null;
  for (const line of text.slice(text.indexOf('expected_errors:')).split('\n')) {
    position = Number(/^----- Certificate i=(\d+)/.exec(line)?.[1] ?? position ?? Number.NaN);
    if (line.startsWith('ERROR: ')) errors.push({ position, text: line.slice(7) });
  }
  const chain = readFileSync(join(folder, dirname(name), field('chain')), 'utf8');
  return {
    id: relative(folder, join(folder, name)),
    chain: inspectPem(chain)
      .blocks.filter(({ label }) => label === 'CERTIFICATE')
      .map(({ bytes }) => bytes),
    trust: field('last_cert_trust'),
    purpose: field('key_purpose'),
    strongDigests: field('digest_policy') === 'STRONG',
    time: timeOf(field('utc_time')),
    errors,
  };
}

function timeOf(text) {
  const [year, month, day, hour, minute, second] = (text === 'DEFAULT' ? '211005120000Z' : text)
    .match(/\d\d/g)
    .map(Number);
  return new Date(Date.UTC(2000 + year, month - 1, day, hour, minute, second));
}

export async function runTest({ chain, trust, purpose, strongDigests, time, errors }) {
  const { ok, reasons } = await evaluateChain({
    presented: chain.slice(0, -1),
    roots: rootSet(chain.slice(-1)),
    time,
    host: null,
    usage: usages[purpose],
    profile: {
      ...clientProfile,
      anchor: anchors[trust],
      effects: { ...clientProfile.effects, ...indifferent },
      refusedHashes: strongDigests ? clientProfile.refusedHashes : ['md2', 'md4', 'md5'],
    },
    verify: nodeVerify,
  });
  const given = reasons.filter(({ effect }) => effect !== 'notes');
  const has = (error) =>
    given.some(({ id, position }) => position === error.position && chromiumClasses[id]?.includes(error.text));
  return { verdict: ok === (errors.length === 0), reasons: errors.every(has), given };
}

async function main([folder, ...flags]) {
  if (folder === undefined || !existsSync(folder)) {
    console.log('chromium: skipped, its folder was not given');
    return;
  }
  const all = loadTests(folder);
  const tests = all.filter(({ trust, purpose, chain }) => trust in anchors && purpose in usages && chain.length > 1);
  const count = { verdict: 0, refusals: 0, reasons: 0, waived: 0 };
  let failed = 0;
  for (const test of tests) {
    const { verdict, reasons, given } = await runTest(test);
    if (verdict) count.verdict++;
    if (test.errors.length > 0) count.refusals++;
    if (test.errors.length > 0 && reasons) count.reasons++;
    if (verdict && reasons) continue;
    if (test.id in waivers.chromium) count.waived++;
    else failed++;
    if (flags.includes('--failures')) {
      const ours = given.map(({ id, position, detail }) => `${id}@${position}${detail === null ? '' : ` ${detail}`}`);
      console.log(
        `${verdict ? 'reason' : 'verdict'} ${test.id}: expected ${test.errors.map(({ position, text }) => `${text}@${position}`).join(', ') || 'acceptance'}; ours ${ours.join(', ') || 'accepted'}`,
      );
    }
  }
  console.log(
    `chromium: ${tests.length} of ${all.length} tests apply; verdict right in ${count.verdict}; reasons right in ${count.reasons} of ${count.refusals} refusals; ${count.waived} waived, ${failed} failed`,
  );
  if (failed > 0) process.exitCode = 1;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]).endsWith('chromium.mjs'))
  await main(process.argv.slice(2));
