/**
 * NIST's PKITS as BoringSSL ships it (pki/testdata/nist-pkits), without the sections on kinds of revocation lists that we do not read
 * (4.4, 4.14, 4.15). Not in this repository: give the folder.
 *
 *     node test/conformance/pkits.mjs FOLDER [--failures]
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientProfile, evaluateChain, rootSet } from 'helloprobe/x509';
import { nodeVerify } from 'helloprobe/x509/node';
import { waivers } from './waivers.mjs';

const skipped = ['4.4', '4.14', '4.15'];

/** The names of policies that the test plan uses. */
const policy = (name) => (name === 'anyPolicy' ? '2.5.29.32.0' : `2.16.840.1.101.3.2.1.48.${/\d+$/.exec(name)?.[0]}`);

function loadTests(folder) {
  const source = readFileSync(join(folder, 'pkits_testcases-inl.h'), 'utf8');
  return source
    .split(/\nWRAPPED_TYPED_TEST_P\(/)
    .slice(1)
    .map((body) => {
      const list = (name) =>
        [...(new RegExp(`${name}\\[\\] = \\{([^}]*)\\}`).exec(body)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(
          ([, item]) => item,
        );
      const flag = (name) => new RegExp(`info\\.${name}\\(true\\)`).test(body);
      const acceptable = /SetInitialPolicySet\("([^"]*)"\)/.exec(body)?.[1];
      return {
        number: /test_number = "([^"]+)"/.exec(body)[1],
        valid: /should_validate = true/.test(body),
        certs: list('certs').map((name) => readFileSync(join(folder, 'certs', `${name}.crt`))),
        crls: list('crls').map((name) => readFileSync(join(folder, 'crls', `${name}.crl`))),
        policies: {
          ...(acceptable === undefined || acceptable === 'anyPolicy'
            ? {}
            : { acceptable: acceptable.split(',').map((name) => policy(name.trim())) }),
          requireExplicit: flag('SetInitialExplicitPolicy'),
          inhibitMapping: flag('SetInitialPolicyMappingInhibit'),
          inhibitAny: flag('SetInitialInhibitAnyPolicy'),
        },
      };
    });
}

async function main([folder, ...flags]) {
  if (folder === undefined || !existsSync(folder)) {
    console.log('pkits: skipped, its folder was not given');
    return;
  }
  const all = loadTests(folder);
  const tests = all.filter(({ number }) => !skipped.some((section) => number.startsWith(`${section}.`)));
  let [passed, waived] = [0, 0];
  for (const { number, valid, certs, crls, policies } of tests) {
    const { ok, reasons } = await evaluateChain({
      presented: certs.slice(1).reverse(),
      roots: rootSet(certs.slice(0, 1)),
      time: new Date('2011-04-15T00:00:00Z'),
      host: null,
      usage: null,
      // Made when SHA-1 was young.
      profile: { ...clientProfile, anchor: 'key', refusedHashes: ['md5'] },
      verify: nodeVerify,
      crls,
      policies,
    });
    if (ok === valid) passed++;
    else {
      if (number in waivers.pkits) waived++;
      if (flags.includes('--failures')) {
        console.log(
          `${number} should be ${valid ? 'valid' : 'refused'}: ${reasons.map(({ id, position, detail }) => `${id}@${position} ${detail ?? ''}`).join(', ')}`,
        );
      }
    }
  }
  const failed = tests.length - passed - waived;
  console.log(
    `pkits: ${passed} of ${tests.length} right, ${waived} waived, ${failed} failed; ${all.length - tests.length} tests of other kinds of lists left out`,
  );
  if (failed > 0) process.exitCode = 1;
}

await main(process.argv.slice(2));
