/** Where a run's report goes: the documents asked for, and the text when none of them is on standard output. */

import type { Language, Severity } from '../../evidence/index.ts';
import type { PlantedFault } from '../../planted.ts';
import {
  createPage,
  paragraph,
  type ReportDocument,
  renderJson,
  renderJunit,
  renderText,
  renderVerdict,
} from '../../report/index.ts';
import { printable } from '../../wire/index.ts';
import type { Io } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { type Destinations, writeDocument } from '../outputs.ts';
import { colourOf, widthOf } from '../terminal.ts';

export interface ReportWriting {
  readonly io: Io;
  readonly language: Language;
  readonly places: Destinations;
  readonly failOn: Severity;
  readonly quiet: boolean;
  readonly color: boolean;
  /** Probes whose values are listed in full. */
  readonly detail: readonly string[];
  /** Of the embedded run, in the order of the reports. */
  readonly planted?: readonly PlantedFault[];
  /** Lines under the text. */
  readonly notes?: readonly string[];
  /** Fields to add at the end of the JSON document. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Names of the suites of the JUnit document, in the order of the reports. */
  readonly names?: readonly string[];
}

/** Writes the report of a run everywhere it was asked for. @throws HarnessError `unwritable-file` */
export function writeReports(document: ReportDocument, given: ReportWriting): void {
  const { io, language, places, failOn, quiet, color, detail, planted = [], notes = [], more = {}, names = [] } = given;
  const { stdout, stderr, env } = io;
  if (io.signal.aborted && !quiet) stderr.write(`${cliMessages[language].interrupted}\n`);
  if (places.json !== undefined) writeDocument(places.json, renderJson(document, more), stdout);
  if (places.junit !== undefined)
    writeDocument(places.junit, renderJunit(document, { failOn, names, language }), stdout);
  if (!Object.values(places).includes('-')) {
    const page = { language, colour: colourOf(stdout, env, color), width: widthOf(stdout) };
    stdout.write(renderText(document, { ...page, planted, detail }));
    for (const note of notes) stdout.write(`${paragraph(createPage(page), note, 0).join('\n')}\n`);
  } else if (!quiet) {
    const page = { language, colour: colourOf(stderr, env, color) };
    const reports = 'reports' in document ? document.reports : [document];
    for (const report of reports) stderr.write(renderVerdict(report, page));
    for (const note of notes) stderr.write(`${printable(note)}\n`);
  }
}
