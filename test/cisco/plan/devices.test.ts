import { expect } from 'chai';
import { type PlanInput, planRenewal, type RenewalPlan } from '../../../lib/cisco/index.ts';
import { daysFromNow, failedPushes, fmc, ftd1, ftd2, generated, now, peer, push, sighting, status } from './samples.ts';

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

describe('cisco: devices of a renewal', () => {
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
      // Before a run the old files lie there.
      expect(device?.commands).to.deep.equal({ fmc: [], device: [] });
    });

    it('plans no files where there is no script for the release', () => {
      const one = plan({ status: [status([peer('10.0.0.9', 'down')])], given: { version: '7.1.0' } });
      expect(one.devices[0]).to.deep.include({ task: 'blocked', files: [] });
    });

    it('leaves a place for the UUID of the device where a run did not tell it, safe to paste', () => {
      const failed = [{ device: 'BSNS-1120-1', destination: `/var/sf/peers/${fmc}/sftunnel-key.pem`, line: 3 }];
      const [device] = plan({ generated: [generated({ outcome: 'failed-pushes', failed })] }).devices;
      expect(device?.commands.fmc).to.deep.equal(["cat '/var/sf/peers/<FTD UUID>/certs_pushed/sftunnel-key.pem'"]);
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
});
