/** Headings and labels of a plan; its sentences come with it. */

import type { Language } from '../../evidence/index.ts';

const en = {
  title: 'Renewal of the sftunnel CA',
  ca: 'CA',
  channels: 'Channels',
  hotfix: 'Hotfix',
  progress: 'Progress',
  warnings: 'Mind',
  unknowns: 'Not known yet',
  steps: 'Steps',
  devices: 'Devices',
  files: 'Files',
  later: 'Files to bring after the script, which will not be able to push them',
  verify: 'Verify',
  source: 'Source',
  for: 'For',
  name: 'Device',
  address: 'Address',
  channel: 'Channel',
  task: 'To do',
  onFmc: 'On the FMC',
  onDevice: 'On the device',
  noCommands: 'unusual path: no commands',
  places: { fmc: 'on the FMC', device: 'on FMC and device', 'jump-server': 'on a jump server', nowhere: '' },
  states: {
    todo: '',
    'if-needed': 'if needed',
    alternative: 'or',
    done: 'done',
    past: 'should have been done before',
  },
  more: (count: number) => `… and ${count} more (--json has all)`,
  comma: ', ',
};

export type PlanLabels = typeof en;

const ja: PlanLabels = {
  title: 'sftunnel CA の更新',
  ca: 'CA',
  channels: 'チャネル',
  hotfix: 'ホットフィックス',
  progress: '進行状況',
  warnings: '注意',
  unknowns: '未確認の事項',
  steps: '手順',
  devices: 'デバイス',
  files: 'ファイル',
  later: 'スクリプトの後にコピーするファイル (スクリプトでは送信できない)',
  verify: '確認',
  source: '出典',
  for: '対象',
  name: 'デバイス',
  address: 'アドレス',
  channel: 'チャネル',
  task: '作業',
  onFmc: 'FMC で',
  onDevice: 'デバイスで',
  noCommands: '通常と異なるパスのため、コマンドなし',
  places: { fmc: 'FMC で', device: 'FMC とデバイスで', 'jump-server': 'ジャンプサーバーで', nowhere: '' },
  states: {
    todo: '',
    'if-needed': '必要な場合',
    alternative: 'または',
    done: '完了',
    past: '事前に行うべきもの',
  },
  more: (count) => `… ほか ${count} 台 (--json にはすべて含まれます)`,
  comma: '、',
};

export const planLabels: Readonly<Record<Language, PlanLabels>> = { en, ja };
