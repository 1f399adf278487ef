/** The steps in the order of Cisco 222464: hotfix, backup, status, script, what it could not push, status. */

import { isBlocked, mayUpgrade } from './decide.ts';
import type { RunReading } from './run.ts';
import { labelOf } from './tasks.ts';
import type { PlanDevice, PlanStep, RenewalPlan, StepId } from './types.ts';

type Given = Omit<RenewalPlan, 'steps' | 'warnings'>;
type State = PlanStep['state'];

/** @param renewed whether another CA of the FMC was seen: a run may have been made already, and another is not to be made blindly. */
export function stepsOf(plan: Given, reading: RunReading, renewed: boolean): PlanStep[] {
  const steps: PlanStep[] = [];
  const add = (id: StepId, state: State, devices: readonly PlanDevice[] = []): void => {
    const [where, commands] = doing(id, reading);
    steps.push({ id, where, state, commands, devices: devices.map(labelOf) });
  };
  const { ha, phase, authority, leaf, candidates, tunnels } = plan;
  const made = phase !== 'prepare';
  if (ha === 'secondary') add('finish-primary', made ? 'past' : 'todo');
  if (!made) {
    if (authority.state === 'unknown') add('read-ca-dates', 'todo');
    if (leaf === null && candidates.includes('2b') && !tunnels.complete) add('read-status', 'todo');
  }
  if (!hotfixSteps(plan, made, add)) return steps;
  add('backup-fmc', made ? 'past' : 'todo');
  add('status-before', made ? 'past' : 'todo');
  add('generate', made ? 'done' : renewed ? 'if-needed' : 'todo');
  add('inspect', made && !plan.unknowns.includes('push-results') ? 'done' : 'todo');
  copySteps(plan, add);
  add('status-after', phase === 'done' ? 'done' : 'todo');
  if (ha === 'primary') add('then-secondary', 'todo');
  if (authority.state === 'fine' && !made) add('watch-expiry', 'todo');
  return steps;
}

type Add = (id: StepId, state: State, devices?: readonly PlanDevice[]) => void;

/** @returns false where the way ends here: without the script nothing after it can be done. */
function hotfixSteps({ hotfix, authority, tunnels }: Given, made: boolean, add: Add): boolean {
  const { status, installed } = hotfix;
  if (made || installed === true) {
    add(status === 'listed' || status === 'version-unknown' ? 'install-hotfix' : 'look-for-script', 'done');
    return true;
  }
  if (status === 'listed') add('install-hotfix', installed === false ? 'todo' : 'if-needed');
  if (status === 'version-unknown') {
    add('find-version', 'todo');
    add('install-hotfix', installed === false ? 'todo' : 'if-needed');
  }
  if (status === 'not-listed' && installed === null) {
    add('look-for-script', 'todo');
    add('ask-tac', 'if-needed');
  }
  if (!isBlocked(hotfix)) return true;
  add('ask-tac', 'todo');
  if (mayUpgrade(authority, tunnels)) add('upgrade-fmc', 'alternative');
  return false;
}

/** By script where it can be, by hand else; where channels are still up after the expiry the document names the way by hand. */
function copySteps({ leaf, phase, devices, tunnels, unknowns }: Given, add: Add): void {
  const made = phase !== 'prepare';
  const lacking = devices.filter(({ task }) => task === (made ? 'copy-files' : 'push-will-fail'));
  const restart = devices.filter(({ task }) => task === 'restart-sftunnel');
  if (made && lacking.length + restart.length === 0 && !unknowns.includes('push-results')) return;
  const unreachable = lacking.filter(({ copy }) => copy === 'unreachable');
  const reachable = lacking.filter(({ copy }) => copy !== 'unreachable');
  const someDown = tunnels.state === 'down' || tunnels.state === 'partial';
  const state = lacking.length > 0 || (someDown && !made) ? 'todo' : 'if-needed';
  if (leaf === '2a' || (reachable.length === 0 && unreachable.length > 0)) {
    add('copy-by-hand', state, lacking);
    add('copy-by-script', 'alternative', lacking);
    add('copy-by-jump-server', 'alternative', lacking);
  } else {
    add('copy-by-script', state, reachable);
    add('copy-by-jump-server', 'alternative', lacking);
    add(
      'copy-by-hand',
      unreachable.length > 0 ? 'todo' : 'alternative',
      unreachable.length > 0 ? unreachable : lacking,
    );
  }
}

const asRoot = ['expert', 'sudo su'] as const;

/** Where a step is done, and what is typed there. */
function doing(id: StepId, { failedPushPath }: RunReading): [PlanStep['where'], readonly string[]] {
  switch (id) {
    case 'read-ca-dates':
      return ['fmc', [...asRoot, 'cd /etc/sf/ca_root', 'openssl x509 -dates -noout -in cacert.pem']];
    case 'read-status':
    case 'status-before':
    case 'status-after':
      return ['fmc', [...asRoot, 'sftunnel_status.pl']];
    case 'look-for-script':
      return ['fmc', [...asRoot, 'command -v generate_certs.pl']];
    case 'generate':
      return ['fmc', [...asRoot, 'generate_certs.pl']];
    case 'inspect':
      return ['fmc', [...asRoot, `cat ${failedPushPath ?? "'/var/tmp/certs/<UNIX time>/FAILED_PUSH'"}`]];
    case 'copy-by-script':
      return ['fmc', [...asRoot, 'vi devices.csv', 'copy_sftunnel_certs.py devices.csv']];
    case 'copy-by-jump-server':
      return ['jump-server', ['vi devices.csv', 'copy_sftunnel_certs_jumpserver.py devices.csv']];
    case 'copy-by-hand':
      return ['device', []];
    case 'ask-tac':
      return ['nowhere', []];
    default:
      return ['fmc', []];
  }
}
