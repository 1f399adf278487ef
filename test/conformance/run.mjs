/**
 * All suites for the evaluation of chains: `npm run conformance`. x509-limbo and BetterTLS come from ../shared, beside this
 * repository; Chromium's tests and PKITS are run when BORINGSSL_TESTDATA names `pki/testdata` of a BoringSSL checkout. What is absent is
 * skipped, and said. Needs a build.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waivers } from './waivers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const limbo = process.env.LIMBO_RUNNER ?? join(here, '../../../shared/conformance/limbo.mjs');
const boringssl = process.env.BORINGSSL_TESTDATA;

/** Topics in which `client` must not accept what is to be refused, lints of CA/B aside. */
const clientTopics = /^(?:rfc5280::(?:nc|san|eku|validity)|webpki::(?:nc|san|eku)|pathlen|pathological|cve)::/;
/** Latencies in milliseconds, and seconds for a whole suite. */
const bars = { p99: 20, worst: 500, bettertls: 60 };

const problems = [];

function runLimbo(suite, profile) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const file = join(folder, 'out.json');
    const args = [limbo, '--adapter', join(here, 'limbo-adapter.mjs'), '--suite', suite, '--json', file];
    execFileSync(process.execPath, args, { env: { ...process.env, HELLOPROBE_PROFILE: profile }, stdio: 'pipe' });
    return JSON.parse(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(label, { results, latency, seconds, table }) {
  const { n, pass, falseAccept, falseReject, threw, hang } = table['== all'];
  console.log(
    `${label}: ${pass} of ${n}, ${falseAccept} false accepts, ${falseReject} false rejects, ${hang} hangs, ${threw} throws; ${seconds} s, p99 ${latency.p99.toFixed(1)} ms, worst ${latency.max.toFixed(0)} ms`,
  );
  if (hang + threw > 0) problems.push(`${label}: hangs or throws`);
  if (latency.p99 > bars.p99) problems.push(`${label}: p99 of ${latency.p99.toFixed(1)} ms`);
  if (latency.max > bars.worst) problems.push(`${label}: the worst case took ${latency.max.toFixed(0)} ms`);
  return Object.entries(results).filter(([, { v }]) => v !== 'pass');
}

if (existsSync(limbo)) {
  const missed = tell('x509-limbo, strict', runLimbo('core', 'strict')).map(([id]) => id);
  for (const id of missed) if (!(id in waivers.strict)) problems.push(`strict: ${id} is missed, and not waived`);
  for (const id of Object.keys(waivers.strict))
    if (!missed.includes(id)) problems.push(`strict: ${id} is waived, and passes`);
  const { loadSuite, PEDANTIC } = await import(limbo);
  const pedantic = new Set(
    loadSuite('core')
      .filter(({ features }) => features?.some((feature) => PEDANTIC.has(feature)))
      .map(({ id }) => id),
  );
  const accepted = tell('x509-limbo, client', runLimbo('core', 'client')).filter(
    ([id, { v }]) => v === 'falseAccept' && clientTopics.test(id) && !pedantic.has(id),
  );
  for (const [id] of accepted) problems.push(`client: ${id} is accepted`);
  const better = runLimbo('bettertls', 'client');
  for (const [id] of tell('BetterTLS, client', better)) problems.push(`BetterTLS: ${id} is missed`);
  if (better.seconds > bars.bettertls) problems.push(`BetterTLS: ${better.seconds} s`);
} else console.log('x509-limbo and BetterTLS: skipped, their runner is absent');

for (const [script, folder] of [
  ['chromium.mjs', 'verify_certificate_chain_unittest'],
  ['pkits.mjs', 'nist-pkits'],
]) {
  const args = boringssl === undefined ? [] : [join(boringssl, folder)];
  const { status } = spawnSync(process.execPath, [join(here, script), ...args], { stdio: 'inherit' });
  if (status !== 0) problems.push(`${script} failed`);
}

for (const problem of problems) console.log(`! ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
