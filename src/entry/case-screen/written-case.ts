import { extname } from 'node:path';
import type { CaseDocument } from '../../investigation/report/case-document.ts';
import { graphText } from '../../investigation/report/graph-text.ts';
import { htmlReport } from '../../investigation/report/html-report.ts';
import { ocsfFindings } from '../../investigation/report/ocsf-findings.ts';
import { markdownReport } from '../../investigation/report/markdown-report.ts';
import { reportFormats, type GraphFormat, type ReportFormat } from '../../investigation/report/report-formats.ts';
import { plainLines, plainText, safe, safeJson, type SafeText } from '../../model/safe-text.ts';
import { asTypedHere } from '../invocation.ts';
import { writeOutputFile } from '../terminal/output-file.ts';
import { tellLine } from '../terminal/terminal-output.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** Cases as other programs and people without this one read them. */
export function writtenAs(documents: readonly CaseDocument[], format: GraphFormat | ReportFormat): SafeText {
  switch (format) {
    case 'markdown':
      return asTypedHere(markdownReport(documents));
    case 'html':
      return asTypedHere(plainLines(htmlReport(documents), Number.POSITIVE_INFINITY));
    case 'ocsf':
      return safeJson(ocsfFindings(documents), 2);
    case 'dot':
    case 'mermaid':
    case 'json':
      return plainLines(graphText(documents, format), Number.POSITIVE_INFINITY);
  }
}

const formOf: Readonly<Record<string, ReportFormat>> = {
  '.html': 'html',
  '.htm': 'html',
  '.json': 'ocsf',
  '.md': 'markdown',
  '.markdown': 'markdown',
};

/** A report's file has no ending that says its form, and none was given. */
export class UnknownReportFormError extends TrailhoundError {
  override readonly name = 'UnknownReportFormError';
  override readonly code = 'unknown-report-form';
  override readonly remedy = `end its name in .html, .md or .json, or say --format ${reportFormats.join('|')}`;
  constructor(path: string) {
    super(`the form of the report ${plainText(path, 400)} is not known`);
  }
}

/**
 * Writes a report into a file that only this user can read: it names what was stolen.
 *
 * @throws UnknownReportFormError, OutputFileError
 */
export function writeReport(
  documents: readonly CaseDocument[],
  path: string,
  format: GraphFormat | ReportFormat | undefined,
): void {
  const form = format ?? formOf[extname(path).toLowerCase()];
  if (form === undefined) throw new UnknownReportFormError(path);
  writeOutputFile(path, `${writtenAs(documents, form)}\n`, 0o600);
  tellLine(safe`The report is in ${plainText(path, 400)}`);
}
