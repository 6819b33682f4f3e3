import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Finding } from './finding.ts';

export type Answer = {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
};

export type Ask = {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The certificate is not verified: this asks whether a part answers, not who it is. */
  readonly tls?: { readonly name: string };
  /** ms; 3,000 by default. */
  readonly timeout?: number;
};

/** One small HTTP request. @throws Error with the system's code where nothing answers in time. */
export function ask({
  host,
  port,
  path,
  method = 'GET',
  headers = {},
  body,
  tls,
  timeout = 3000
}: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout);
    const options = { host, port, path, method, headers, signal, agent: false as const };
    const request = tls
      ? httpsRequest({ ...options, servername: tls.name, rejectUnauthorized: false })
      : httpRequest(options);
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() })
      );
    });
    request.end(body);
  });
}

/** No finding where `question` is answered with 200. */
export async function answers(
  question: Ask,
  finding: Omit<Finding, 'symptom' | 'level'> & { who: string }
): Promise<Finding[]> {
  const { who, ...rest } = finding;
  try {
    const { status } = await ask(question);
    return status === 200
      ? []
      : [{ level: 'error', symptom: `${who} answers ${status} to ${question.path}.`, ...rest }];
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    const why =
      error.name === 'TimeoutError' || error.name === 'AbortError' ? 'in time' : `(${error.code ?? error.message})`;
    return [{ level: 'error', symptom: `${who} does not answer ${why}.`, ...rest }];
  }
}
