/** What came of a test. `why` is the failure's words, or the reason for skipping. */
export type Case = { readonly name: string; readonly why: string };
export type Outcome = { readonly passed: number; readonly failed: readonly Case[]; readonly skipped: readonly Case[] };

const none: Outcome = { passed: 0, failed: [], skipped: [] };
const one = (passed: number, failed: readonly Case[] = [], skipped: readonly Case[] = []): Outcome => ({
  passed,
  failed,
  skipped
});

export const sum = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce(
    (all, outcome) => ({
      passed: all.passed + outcome.passed,
      failed: [...all.failed, ...outcome.failed],
      skipped: [...all.skipped, ...outcome.skipped]
    }),
    none
  );

export const pass: Outcome = one(1);
export const failure = (name: string, why: string): Outcome => one(0, [{ name, why }]);

const noReason = 'no reason was given';

type VitestReport = {
  testResults: readonly {
    name: string;
    status: string;
    message: string;
    assertionResults: readonly {
      status: string;
      ancestorTitles: readonly string[];
      title: string;
      failureMessages?: readonly string[] | null;
      meta?: { reason?: string };
    }[];
  }[];
};

/** Reads what `vitest --reporter=json` writes. A file that could not be run is a failure. */
export function vitestOutcome(report: VitestReport): Outcome {
  return sum(
    report.testResults.map(({ name: file, status, message, assertionResults }) => {
      const cases = assertionResults.map(({ status: ended, ancestorTitles, title, failureMessages, meta }) => {
        const name = [...ancestorTitles, title].join(' › ');
        if (ended === 'passed') return pass;
        if (ended === 'failed') return failure(name, (failureMessages ?? []).join('\n'));
        return one(0, [], [{ name, why: meta?.reason ?? noReason }]);
      });
      const broken = status === 'failed' && !assertionResults.some((result) => result.status === 'failed');
      return sum(broken ? [...cases, failure(file, message)] : cases);
    })
  );
}

type PlaywrightSuite = {
  title: string;
  suites?: readonly PlaywrightSuite[];
  specs?: readonly {
    title: string;
    tests: readonly {
      status: string;
      annotations?: readonly { type: string; description?: string }[];
      results: readonly { errors?: readonly { message?: string }[] }[];
    }[];
  }[];
};
type PlaywrightReport = { suites: readonly PlaywrightSuite[]; errors?: readonly { message?: string }[] };

/** Reads what Playwright's `json` reporter writes. What passes only on a second try has failed. */
export function playwrightOutcome({ suites, errors = [] }: PlaywrightReport): Outcome {
  return sum([
    ...suites.map((suite) => suiteOutcome(suite, [])),
    ...errors.map(({ message = '' }) => failure('Playwright', message))
  ]);
}

function suiteOutcome(suite: PlaywrightSuite, above: readonly string[]): Outcome {
  const path = [...above, suite.title].filter(Boolean);
  const own = (suite.specs ?? []).flatMap(({ title, tests }) =>
    tests.map(({ status, annotations = [], results }) => {
      const name = [...path, title].join(' › ');
      if (status === 'expected') return pass;
      if (status === 'skipped') {
        const reason = annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description;
        return one(0, [], [{ name, why: reason ?? noReason }]);
      }
      const messages = results.flatMap((result) => (result.errors ?? []).map(({ message = '' }) => message));
      return failure(name, messages.join('\n') || status);
    })
  );
  return sum([...own, ...(suite.suites ?? []).map((inner) => suiteOutcome(inner, path))]);
}
