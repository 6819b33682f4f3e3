/**
 * Hears what a browser complains of: errors written to the console, uncaught ones, breaches of the content security policy,
 * in pages and in the shared workers behind them (which Playwright itself does not show).
 */
import type { Browser, BrowserContext, CDPSession } from '@playwright/test';

export type Complaint = { readonly where: string; readonly text: string };

export class Witness {
  #complaints: Complaint[] = [];
  readonly #session: CDPSession;
  #commands = 0;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  /** From now on, for all contexts of the browser. */
  static async of(browser: Browser): Promise<Witness> {
    const session = await browser.newBrowserCDPSession();
    const witness = new Witness(session);
    browser.contexts().forEach((context) => witness.#watch(context));
    browser.on('context', (context) => witness.#watch(context));
    session.on('Target.targetCreated', ({ targetInfo }) => {
      // The worker may be gone again: then it has nothing to say.
      if (targetInfo.type === 'shared_worker') witness.#attach(targetInfo.targetId).catch(() => undefined);
    });
    session.on('Target.receivedMessageFromTarget', ({ message, sessionId }) => {
      const heard = JSON.parse(message) as WorkerMessage;
      // While somebody listens, Chromium holds the worker that takes the place of an ended one back, as for a debugger.
      if (heard.method?.startsWith('Inspector.')) witness.#tell(sessionId, 'Runtime.runIfWaitingForDebugger');
      else witness.#hearWorker(heard);
    });
    await session.send('Target.setDiscoverTargets', { discover: true, filter: [{ type: 'shared_worker' }] });
    return witness;
  }

  /** What was heard since the last call. */
  take(): readonly Complaint[] {
    const heard = this.#complaints;
    this.#complaints = [];
    return heard;
  }

  #watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (message.type() === 'error') this.#hear(message.location().url, message.text());
    });
    context.on('weberror', (error) =>
      this.#hear(error.page()?.url() ?? 'page', error.error().stack ?? error.error().message)
    );
  }

  async #attach(targetId: string): Promise<void> {
    const { sessionId } = await this.#session.send('Target.attachToTarget', { targetId, flatten: false });
    // Both repeat what was said before: nothing is missed.
    this.#tell(sessionId, 'Runtime.enable');
    this.#tell(sessionId, 'Log.enable');
  }

  /** A command whose answer does not matter, nor whether the worker is still there. */
  #tell(sessionId: string, method: string): void {
    const message = JSON.stringify({ id: this.#commands++, method });
    this.#session.send('Target.sendMessageToTarget', { sessionId, message }).catch(() => undefined);
  }

  #hearWorker(message: WorkerMessage): void {
    const { method, params } = message;
    if (method === 'Runtime.exceptionThrown') {
      const { text, exception, url } = params.exceptionDetails;
      this.#hear(url ?? 'worker', `${text} ${exception?.description ?? exception?.value ?? ''}`);
    } else if (method === 'Runtime.consoleAPICalled' && params.type === 'error') {
      this.#hear('worker', params.args.map((part) => part.description ?? String(part.value)).join(' '));
    } else if (method === 'Log.entryAdded' && params.entry.level === 'error' && params.entry.source !== 'network') {
      // The network's answers are the engine's to judge: "not found" is an ordinary one in Matrix.
      this.#hear(params.entry.url ?? 'worker', params.entry.text);
    }
  }

  #hear(where: string, text: string): void {
    this.#complaints.push({ where, text });
  }
}

/** The part of Chromium's protocol that is heard here; others fall through. */
type WorkerMessage =
  | { readonly method: `Inspector.${string}`; readonly params: object }
  | {
      readonly method: 'Runtime.exceptionThrown';
      readonly params: { exceptionDetails: { text: string; url?: string; exception?: RemoteValue } };
    }
  | { readonly method: 'Runtime.consoleAPICalled'; readonly params: { type: string; args: RemoteValue[] } }
  | {
      readonly method: 'Log.entryAdded';
      readonly params: { entry: { level: string; source: string; text: string; url?: string } };
    };
type RemoteValue = { readonly description?: string; readonly value?: unknown };
