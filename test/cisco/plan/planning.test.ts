import { expect } from 'chai';
import { expiryState, type PlanInput, planRenewal, type RenewalPlan } from '../../../lib/cisco/index.ts';
import {
  authority,
  certificate,
  daysFromNow,
  failedPushes,
  fmc,
  ftd1,
  ftd2,
  generated,
  now,
  onFmc,
  peer,
  push,
  sighting,
  status,
} from './samples.ts';

const names = ['cacert.pem', 'sftunnel-cert.pem', 'sftunnel-key.pem'];

function plan(input: Omit<PlanInput, 'now'>): RenewalPlan {
  return planRenewal({ now, ...input });
}

function stepIds({ steps }: RenewalPlan): string[] {
  return steps.map(({ id }) => id);
}

function warningIds({ warnings }: RenewalPlan): string[] {
  return warnings.map(({ id }) => id);
}

describe('cisco: planning the renewal', () => {
  it('counts the day of a threshold to the shorter time, as the command of the document does', () => {
    const at = (days: number, ms = 0): string => expiryState(Date.parse(daysFromNow(days)) + ms, Date.parse(now));
    expect([at(0), at(0, 1), at(30), at(30, 1), at(90), at(90, 1)]).to.deep.equal([
      'expired',
      'within-30-days',
      'within-30-days',
      'within-90-days',
      'within-90-days',
      'fine',
    ]);
  });

  it('plans without any input: everything is to be found out, and nothing is allowed that could cost a channel', () => {
    const empty = plan({});
    expect(empty).to.include({ leaf: null, urgency: 'unknown', phase: 'prepare' });
    expect(empty.unknowns).to.deep.equal(['fmc-version', 'ca-dates', 'tunnel-state']);
    expect(warningIds(empty)).to.deep.equal(['no-reboot-until-known']);
  });

  describe('the CA', () => {
    it('goes by the copy of the FMC, not by a later or older one elsewhere', () => {
      const { authority: read } = plan({
        certificates: [
          { source: 'device.pem', value: { certificate: authority({ end: 900 }), place: 'device' } },
          onFmc(authority({ end: -3 })),
        ],
      });
      expect(read).to.include({ state: 'expired', confidence: 'proven', daysLeft: -3, uuid: fmc });
      expect(read.sources).to.deep.equal(['cacert.pem']);
    });

    it('takes the latest of copies that are not the FMC’s', () => {
      const seen = [900, -3].map((end) => ({
        source: `${end}.pem`,
        value: { certificate: authority({ end }), place: 'wire' as const },
      }));
      expect(plan({ certificates: seen }).authority).to.include({ state: 'fine', daysLeft: 900 });
    });

    it('plans for the one of two FMCs that ends first, says so, and lets the other be chosen', () => {
      const certificates = [onFmc(authority({ end: 900 })), onFmc(authority({ end: 10, uuid: ftd2 }), 'other.pem')];
      const first = plan({ certificates });
      expect(first.authority).to.include({ uuid: ftd2, state: 'within-30-days' });
      expect(warningIds(first)).to.include('several-authorities');
      const chosen = plan({ certificates, given: { fmcUuid: fmc.toUpperCase() } });
      expect(chosen.authority).to.include({ uuid: fmc, state: 'fine' });
      expect(warningIds(chosen)).to.not.include('several-authorities');
    });

    it('concludes from a device certificate that has expired, but nothing from one that has not', () => {
      const leaf = (end: number) => ({
        source: 'x.pcap',
        value: {
          certificate: certificate({ title: 'sftunnel', uuid: ftd1, issuer: fmc, end, start: end - 3650 }),
          place: 'wire' as const,
        },
      });
      expect(plan({ certificates: [leaf(-1)] }).authority).to.include({ state: 'expired', confidence: 'likely' });
      expect(plan({ certificates: [leaf(500)] }).authority.state).to.equal('unknown');
    });

    it('concludes from a peer that said expired, except where the CA was made after that', () => {
      const said = sighting({ expiredSaid: true, end: 'alert', at: daysFromNow(-2) });
      expect(plan({ sightings: [said] })).to.deep.include({ candidates: ['2a', '2b'], confidence: 'likely' });
      const renewed = plan({ sightings: [said], certificates: [onFmc(authority({ end: 3649, start: -1 }))] });
      expect(warningIds(renewed)).to.not.include('expired-said');
      const contradicted = plan({ sightings: [said], certificates: [onFmc(authority({ end: 100 }))] });
      expect(contradicted.leaf).to.equal('1');
      expect(warningIds(contradicted)).to.include('expired-said');
    });

    it('reads dates that were printed on the FMC, and days that its script counted', () => {
      const dates = (notAfter: string | null, daysLeft: number | null) => [
        { source: 'dates.txt', value: { notBefore: null, notAfter, daysLeft } },
      ];
      expect(plan({ dates: dates(daysFromNow(20), null) }).authority.state).to.equal('within-30-days');
      expect(plan({ dates: dates(null, -4) }).authority).to.include({ state: 'expired', confidence: 'likely' });
      expect(plan({ dates: dates(null, 29) }).authority.state).to.equal('within-30-days');
    });

    it('takes the end that generate_certs.pl printed for that of the CA it replaced', () => {
      const run = generated({
        currentCa: { daysLeft: -3, at: daysFromNow(-3), line: 9 },
        failedPushFile: { path: '/var/tmp/certs/1736938800/FAILED_PUSH', generatedAt: '2025-01-15T11:00:00.000Z' },
        outcome: 'failed-pushes',
      });
      const after = plan({ generated: [run], certificates: [onFmc(authority({ end: 3649, start: -0.03 }))] });
      expect(after.authority).to.include({ state: 'expired', replaced: true, daysLeft: -3 });
    });

    it('does not take a CA for the old one where nothing tells whether it is the new one', () => {
      const after = plan({ generated: [generated()], certificates: [onFmc(authority({ end: 3649 }))] });
      expect(after.authority).to.include({ state: 'unknown', replaced: true });
      expect(warningIds(after)).to.include('no-reboot-until-known');
    });

    it('says when the CA is not valid yet by this clock', () => {
      expect(warningIds(plan({ certificates: [onFmc(authority({ end: 3650, start: 2 }))] }))).to.include(
        'not-yet-valid',
      );
    });
  });

  describe('the channels', () => {
    const expired = [onFmc(authority({ end: -3 }))];

    it('decides for 2b, and allows an upgrade, only where the complete status shows no device connected', () => {
      const peers = [peer('10.0.0.2', 'down'), peer('10.0.0.3', 'down')];
      const complete = plan({ certificates: expired, status: [status(peers)] });
      expect(complete).to.include({ leaf: '2b', confidence: 'proven' });
      expect(warningIds(complete)).to.deep.equal(['upgrade-allowed']);
      const partial = plan({ certificates: expired, status: [status(peers, { complete: false })] });
      expect(partial).to.deep.include({ leaf: null, candidates: ['2a', '2b'] });
      expect(stepIds(partial)[0]).to.equal('read-status');
      expect(warningIds(partial)).to.deep.equal(['no-reboot-until-known']);
      expect(partial.unknowns).to.include('all-devices');
    });

    it('takes one connection of two for a channel that is alive', () => {
      const { tunnels, leaf } = plan({
        certificates: expired,
        status: [status([peer('10.0.0.2', 'partial'), peer('10.0.0.3', 'down')])],
      });
      expect(tunnels).to.include({ state: 'partial', up: 1, down: 1 });
      expect(leaf).to.equal('2a');
    });

    it('leaves it open where no device is up and one is not known', () => {
      const one = plan({
        certificates: expired,
        status: [status([peer('10.0.0.2', 'down'), peer('10.0.0.3', 'unknown')])],
      });
      expect(one).to.deep.include({ leaf: null, candidates: ['2a', '2b'] });
      expect(warningIds(one)).to.deep.equal(['no-reboot-until-known']);
    });

    it('goes by the last handshake of a device in a capture, and never calls the list of devices complete', () => {
      const seen = (end: 'complete' | 'alert', days: number) => sighting({ end, at: daysFromNow(days) });
      const down = plan({ certificates: expired, sightings: [seen('complete', -2), seen('alert', -1)] });
      expect(down.tunnels).to.include({ state: 'down', complete: false });
      const up = plan({ certificates: expired, sightings: [seen('complete', -1), seen('alert', -2)] });
      expect(up.tunnels).to.include({ state: 'up', up: 1 });
      expect(up.devices.map(({ uuid, address }) => [uuid, address])).to.deep.equal([[ftd1, '10.0.0.2']]);
    });

    it('concludes nothing from how our own probe ended, nor from a conversation without its end', () => {
      for (const odd of [sighting({ probe: true, end: 'reset' }), sighting({ end: null })])
        expect(plan({ sightings: [odd] }).devices).to.deep.equal([]);
    });

    it('believes a status more than a handshake', () => {
      const one = plan({
        certificates: expired,
        sightings: [sighting({ end: 'alert' })],
        status: [status([peer('10.0.0.2', 'up', ftd1)])],
      });
      expect(one.tunnels).to.include({ state: 'up', up: 1, down: 0 });
    });

    it('takes a status whose peer is the FMC for that of the device it was taken on', () => {
      const onDevice = plan({
        certificates: expired,
        status: [status([peer('10.0.0.1', 'up', fmc)], { complete: false })],
      });
      expect(onDevice.devices.map(({ name, tunnel }) => [name, tunnel])).to.deep.equal([['status.txt', 'up']]);
    });
  });

  describe('devices and files', () => {
    const records = names.map((file) => push(ftd1, 'BSNS-1120-1', '10.48.67.54', file));

    it('gives the files of FAILED_PUSH with source and destination, and the commands for the way by hand', () => {
      const { devices, phase } = plan({ failedPushes: [failedPushes(records)] });
      expect(phase).to.equal('transfer');
      const [device] = devices;
      expect(device).to.include({ name: 'BSNS-1120-1', uuid: ftd1, push: 'failed', task: 'copy-files' });
      expect(device?.files.map(({ from, to }) => [from, to])).to.deep.equal([
        ['/etc/sf/ca_root/cacert.pem', `/var/sf/peers/${fmc}/cacert.pem`],
        [`/var/sf/peers/${ftd1}/certs_pushed/sftunnel-cert.pem`, `/var/sf/peers/${fmc}/sftunnel-cert.pem`],
        [`/var/sf/peers/${ftd1}/certs_pushed/sftunnel-key.pem`, `/var/sf/peers/${fmc}/sftunnel-key.pem`],
      ]);
      expect(device?.commands.fmc).to.include(`cat /var/sf/peers/${ftd1}/certs_pushed/sftunnel-cert.pem`);
      expect(device?.commands.device).to.deep.equal([
        'expert',
        'sudo su',
        `cd /var/sf/peers/${fmc}`,
        ...names.map((name) => `cp ${name} ${name}.backup`),
        ...names.map((name) => `> ${name}`),
        ...names.map((name) => `vi ${name}`),
        `ls -hal ${names.join(' ')}`,
        'pmtool restartbyid sftunnel',
      ]);
    });

    it('completes a record that is cut, from the output of the script and from the usual places', () => {
      const cut = { deviceUuid: ftd2, deviceName: null, deviceAddress: null, line: 9, endLine: 9 };
      const one = plan({
        failedPushes: [failedPushes([push(ftd2, 'EMEA-FPR3110-08', '10.48.189.37', 'cacert.pem')], [cut])],
        generated: [
          generated({
            outcome: 'failed-pushes',
            failed: [{ device: 'EMEA-FPR3110-08', destination: `/var/sf/peers/${fmc}/sftunnel-key.pem`, line: 3 }],
          }),
        ],
      });
      expect(one.devices).to.have.length(1);
      expect(one.devices[0]?.files.map(({ role, known }) => [role, known])).to.deep.equal([
        ['ca', 'failed-push'],
        ['certificate', 'layout'],
        ['key', 'output'],
      ]);
      expect(warningIds(one)).to.include('failed-push-cut-off');
    });

    it('names the files only that failed', () => {
      const [device] = plan({ failedPushes: [failedPushes(records.slice(0, 1))] }).devices;
      expect(device?.files.map(({ role }) => role)).to.deep.equal(['ca']);
    });

    it('prepares the files of devices that are down, with places for what is not known', () => {
      const [device] = plan({ status: [status([peer('10.0.0.9', 'down')])] }).devices;
      expect(device).to.include({ task: 'push-will-fail' });
      expect(device?.files[1]).to.deep.include({
        from: '/var/sf/peers/<FTD UUID>/certs_pushed/sftunnel-cert.pem',
        to: '/var/sf/peers/<FMC UUID>/sftunnel-cert.pem',
        known: 'layout',
      });
      expect(device?.commands.device).to.include("cd '/var/sf/peers/<FMC UUID>'");
    });

    it('makes no commands of paths that sftunnel files do not have', () => {
      for (const destination of [
        `/var/sf/peers/${fmc}/cacert.pem; reboot`,
        '/etc/shadow/cacert.pem',
        `/var/sf/peers/$(reboot)/cacert.pem`,
        `/var/sf/peers/${fmc}/../../../etc/cacert.pem`,
      ]) {
        const odd = { ...push(ftd1, 'BSNS', '10.0.0.2', 'cacert.pem'), destination };
        const one = plan({ failedPushes: [failedPushes([odd])] });
        expect(one.devices[0]?.commands, destination).to.deep.equal({ fmc: [], device: [] });
        if (!destination.endsWith('reboot')) expect(warningIds(one)).to.include('unusual-path');
      }
    });

    it('recognises a device by UUID, name or address across the sources', () => {
      const one = plan({
        failedPushes: [failedPushes(records)],
        status: [status([peer('10.48.67.54', 'down')])],
        sightings: [sighting({ end: 'alert' })],
        devices: [
          {
            source: 'devices.csv',
            value: {
              header: false,
              rows: [
                { name: 'bsns-1120-1', address: '10.48.67.54', username: 'admin', hasPassword: true, line: 1 },
                { name: 'FMCpri', address: '10.0.0.1', username: 'admin', hasPassword: true, line: 2 },
              ],
            },
          },
        ],
      });
      expect(one.devices.map(({ name, uuid, address }) => [name, uuid, address])).to.deep.equal([
        ['BSNS-1120-1', ftd1, '10.48.67.54'],
      ]);
    });
  });

  describe('what is left after a run', () => {
    const failed = failedPushes([
      ...names.map((file) => push(ftd1, 'BSNS-1120-1', '10.48.67.54', file)),
      ...names.map((file) => push(ftd2, 'EMEA-FPR3110-08', '10.48.189.37', file)),
    ]);
    const copied = (name: string, outcome: 'copied' | 'unreachable' | 'not-ha-peer', restarted = true) => ({
      name,
      line: 1,
      startedAt: null,
      endedAt: null,
      steps: [],
      outcome,
      restarted,
    });
    const copies = [
      {
        source: 'copy.txt',
        value: {
          devices: [
            copied('FMCpri', 'not-ha-peer'),
            copied('BSNS-1120-1', 'copied'),
            copied('EMEA-FPR3110-08', 'unreachable'),
          ],
        },
      },
    ];

    it('asks for copies, then for those that SSH did not reach by hand, then for the status, and is done', () => {
      const tasks = ({ devices }: RenewalPlan): unknown =>
        Object.fromEntries(devices.map(({ name, task }) => [name, task]));
      const made = { failedPushes: [failed], generated: [generated({ outcome: 'failed-pushes' })] };
      const first = plan(made);
      expect(first.phase).to.equal('transfer');
      expect(tasks(first)).to.deep.equal({ 'BSNS-1120-1': 'copy-files', 'EMEA-FPR3110-08': 'copy-files' });
      const second = plan({ ...made, copies });
      expect(tasks(second)).to.deep.equal({ 'BSNS-1120-1': 'check-connection', 'EMEA-FPR3110-08': 'copy-files' });
      expect(second.steps.find(({ id }) => id === 'copy-by-hand')).to.deep.include({
        state: 'todo',
        devices: ['EMEA-FPR3110-08'],
      });
      const peers = [peer('10.48.67.54', 'up'), peer('10.48.189.37', 'up')];
      const third = plan({ ...made, copies, status: [status(peers, { after: true })] });
      expect(third.phase).to.equal('done');
      expect(tasks(third)).to.deep.equal({ 'BSNS-1120-1': 'none', 'EMEA-FPR3110-08': 'none' });
      expect(warningIds(third)).to.not.include('no-reboot-until-known');
    });

    it('is done on one FMC of a pair only: the other one is still to do', () => {
      const one = plan({
        given: { ha: 'primary' },
        generated: [generated()],
        status: [status([peer('10.48.67.54', 'up')], { after: true })],
      });
      expect(one.phase).to.equal('done');
      expect(one.steps.at(-1)).to.include({ id: 'then-secondary', state: 'todo' });
    });

    it('asks to restart sftunnel where files were copied and no restart was seen', () => {
      const unfinished = [{ source: 'copy.txt', value: { devices: [copied('BSNS-1120-1', 'copied', false)] } }];
      const [device] = plan({ failedPushes: [failed], copies: unfinished }).devices;
      expect(device?.task).to.equal('restart-sftunnel');
    });

    it('does not take a channel that was up all the time for proof of new files', () => {
      const input = {
        failedPushes: [failed],
        status: [status([peer('10.48.67.54', 'up')]), status([peer('10.48.67.54', 'up')], { after: true })],
      };
      expect(plan(input).devices.find(({ uuid }) => uuid === ftd1)?.task).to.equal('copy-files');
    });

    it('has nothing to copy where no push failed, and wants the status', () => {
      const one = plan({ generated: [generated()], given: { version: '7.2.5' } });
      expect(one.phase).to.equal('verify');
      expect(stepIds(one)).to.deep.equal([
        'install-hotfix',
        'backup-fmc',
        'status-before',
        'generate',
        'inspect',
        'status-after',
      ]);
    });

    it('does not take a run that was declined for one, and says so', () => {
      const one = plan({ generated: [generated({ outcome: 'declined', answers: ['no'] })] });
      expect(one.phase).to.equal('prepare');
      expect(warningIds(one)).to.include('generate-declined');
    });

    it('does not call a device served while the output is cut', () => {
      const one = plan({
        generated: [
          generated({
            outcome: 'incomplete',
            failed: [{ device: 'BSNS-1120-1', destination: `/var/sf/peers/${fmc}/cacert.pem`, line: 1 }],
          }),
        ],
        status: [status([peer('10.0.0.7', 'up')])],
      });
      expect(one.phase).to.equal('transfer');
      expect(one.unknowns).to.include('push-results');
      expect(one.devices.map(({ task }) => task)).to.deep.equal(['copy-files', 'inspect']);
    });

    it('keeps the ban while devices lack new certificates and the old CA has expired', () => {
      const run = generated({ outcome: 'failed-pushes', currentCa: { daysLeft: -3, at: daysFromNow(-3), line: 1 } });
      const one = plan({
        generated: [run],
        failedPushes: [failed],
        status: [status([peer('10.0.0.7', 'up'), peer('10.48.67.54', 'down')])],
      });
      expect(one.leaf).to.equal('2a');
      expect(warningIds(one)).to.include('no-reboot-no-upgrade');
    });
  });

  it('plans for 5,000 devices at most, and says when there are more', () => {
    const peers = Array.from({ length: 5_001 }, (_, i) => peer(`10.1.${i >> 8}.${i & 255}`, 'up'));
    const many = plan({ status: [status(peers)] });
    expect(many.devices).to.have.length(5_000);
    expect(warningIds(many)).to.include('too-many-devices');
  });
});
