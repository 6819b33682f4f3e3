/** What is wrong, what it does to people, and the one thing to do about it. Plain words; no stack traces. */
export type Finding = {
  /** `part.subject`, stable: scripts and the documentation refer to it. */
  readonly id: string;
  readonly level: 'error' | 'warning';
  readonly symptom: string;
  readonly effect: string;
  readonly fix: string;
  /** The last lines of the log that explains it. */
  readonly log?: { readonly path: string; readonly lines: readonly string[] };
};

/** The one error that is expected to reach a person: it carries findings, never a stack trace. */
export class Trouble extends Error {
  readonly findings: readonly Finding[];

  constructor(...findings: readonly Finding[]) {
    super(findings.map((finding) => `${finding.id}: ${finding.symptom}`).join('; '));
    this.name = 'Trouble';
    this.findings = findings;
  }
}

/** 0: nothing to do. 1: warnings only. 2: something does not work. */
export function exitCode(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some((finding) => finding.level === 'error')) return 2;
  return findings.length > 0 ? 1 : 0;
}

export function render(finding: Finding): string {
  const lines = [
    `${finding.level === 'error' ? '✖' : '⚠'} ${finding.id}  ${finding.symptom}`,
    `  Effect: ${finding.effect}`,
    `  Fix:    ${finding.fix}`
  ];
  if (finding.log && finding.log.lines.length > 0) {
    lines.push(`  Log:    ${finding.log.path}`, ...finding.log.lines.map((line) => `    │ ${line}`));
  }
  return lines.join('\n');
}
