import { expect } from 'chai';
import {
  describePlan,
  type PlanInput,
  parseSftunnelStatus,
  planRenewal,
  type RenewalPlan,
} from '../../../lib/cisco/index.ts';
import { authority, failedPushes, ftd1, generated, now, onFmc, peer, push, sighting, status } from './samples.ts';

function plan(input: Omit<PlanInput, 'now'>): RenewalPlan {
  return planRenewal({ now, ...input });
}

function warningIds({ warnings }: RenewalPlan): string[] {
  return warnings.map(({ id }) => id);
}

const statusOfDevice = `> sftunnel-status-brief
PEER:10.10.17.202
Registration: Completed.
Connection to peer '10.10.17.202' Attempted at Mon Jun 15 09:21:57 2020 UTC
Last disconnect time : Mon Jun 15 09:19:09 2020 UTC
Last disconnect reason : Both control and event channel connections with peer went down
`;

describe('cisco: a plan from what contradicts itself', () => {
  const expired = [onFmc(authority({ end: -2 }))];

  it('does not allow an upgrade because a device says that its FMC is not connected', () => {
    const { value } = parseSftunnelStatus(statusOfDevice);
    expect(value.onDevice).to.equal(true);
    const read = plan({
      certificates: expired,
      status: [{ source: 'ftd.txt', value: { ...value, complete: true, after: false } }],
    });
    expect(read).to.deep.include({ leaf: null, candidates: ['2a', '2b'] });
    expect(warningIds(read)).to.include.members(['no-reboot-until-known', 'status-of-device']);
    expect(warningIds(read)).to.not.include('upgrade-allowed');
    expect(read.devices.map(({ name, address, tunnel }) => [name, address, tunnel])).to.deep.equal([
      ['ftd.txt', null, 'down'],
    ]);
  });

  it('does not allow an upgrade on the user’s word where a channel was seen up', () => {
    const read = plan({
      certificates: expired,
      status: [status([peer('10.0.0.2', 'up'), peer('10.0.0.3', 'down')])],
      given: { tunnels: 'down' },
    });
    expect(read.leaf).to.equal('2a');
    expect(warningIds(read)).to.include.members(['no-reboot-no-upgrade', 'tunnels-contradict']);
    expect(warningIds(plan({ certificates: expired, given: { tunnels: 'down' } }))).to.include('upgrade-allowed');
  });

  it('takes the earlier of two ends of the CA, and says that they differ', () => {
    const dates = (end: string): NonNullable<PlanInput['dates']>[number] => ({
      source: 'dates.txt',
      value: { notBefore: null, notAfter: end, daysLeft: null },
    });
    for (const [end, printed] of [
      [900, '2025-01-14T12:00:00.000Z'],
      [-1, '2027-07-04T12:00:00.000Z'],
    ] as const) {
      const read = plan({ certificates: [onFmc(authority({ end }))], dates: [dates(printed)] });
      expect(read.authority).to.include({ state: 'expired', confidence: 'likely' });
      expect(read.warnings.find(({ id }) => id === 'dates-contradict')?.subjects).to.have.members([
        'cacert.pem',
        'dates.txt',
      ]);
    }
    const agreeing = plan({ certificates: expired, dates: [dates('2025-01-13T12:00:00.000Z')] });
    expect(agreeing.authority.confidence).to.equal('proven');
    expect(warningIds(agreeing)).to.not.include('dates-contradict');
  });

  it('forbids reboots where the CA of the FMC is fine and a device shows an older one that has expired', () => {
    const read = plan({
      certificates: [
        onFmc(authority({ end: 3649 })),
        { source: 'ftd.pem', value: { certificate: authority({ end: -2 }), place: 'device' } },
      ],
      status: [status([peer('10.0.0.2', 'up')])],
    });
    expect(warningIds(read)).to.include.members(['no-reboot-until-known', 'other-ca']);
    expect(read.steps.find(({ id }) => id === 'generate')?.state).to.equal('if-needed');
    expect(describePlan(read).warnings.find(({ id }) => id === 'other-ca')?.text).to.contain('ftd.pem');
  });

  it('names the device whose certificate the CA of its issuer’s name did not sign', () => {
    const read = plan({
      certificates: [onFmc(authority({ end: 3000 }))],
      sightings: [sighting({ end: 'alert', otherCa: true })],
    });
    expect(read.warnings.find(({ id }) => id === 'other-ca')?.subjects).to.deep.equal(['10.0.0.2']);
  });

  it('warns after a run before the expiry too: old files and the new CA do not fit', () => {
    const read = plan({
      certificates: [onFmc(authority({ end: 60 }))],
      generated: [generated({ outcome: 'failed-pushes' })],
      failedPushes: [failedPushes([push(ftd1, 'one', '10.0.0.2', 'cacert.pem')])],
    });
    expect(read.phase).to.equal('transfer');
    expect(warningIds(read)).to.include('old-files-do-not-return');
  });

  it('tells before a run that the files that lie there are old, and after it to make backups once', () => {
    const text = (input: Omit<PlanInput, 'now'>): string =>
      describePlan(plan(input)).steps.find(({ id }) => id === 'copy-by-hand')?.text ?? '';
    const down = { certificates: expired, status: [status([peer('10.0.0.2', 'down')])] };
    expect(text(down)).to.contain('Only after the script');
    const pushes = [failedPushes([push(ftd1, 'one', '10.0.0.2', 'cacert.pem')])];
    expect(text({ ...down, failedPushes: pushes })).to.contain('backups once');
  });
});
