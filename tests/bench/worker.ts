import type { CDPSession } from '@playwright/test';

/** ms */
const patience = 20_000;

/** A shared worker as Chromium's debugger sees it: Playwright itself does not show them. */
export class Worker {
  readonly #session: CDPSession;
  readonly #target: string;

  private constructor(session: CDPSession, target: string) {
    this.#session = session;
    this.#target = target;
  }

  /** @param session of the browser */
  static async all(session: CDPSession): Promise<Worker[]> {
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'shared_worker' }] });
    return targetInfos.map(({ targetId }) => new Worker(session, targetId));
  }

  /** Bytes after a collection. */
  async memory(): Promise<{ worker: number; wasm: number }> {
    return this.#attached(async (ask) => {
      await ask('HeapProfiler.collectGarbage', {});
      const { usedSize } = await ask<{ usedSize: number }>('Runtime.getHeapUsage', {});
      type Result = { result: { objectId?: string; value?: unknown } };
      const prototype = await ask<Result>('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
      const { objects } = await ask<{ objects: { objectId: string } }>('Runtime.queryObjects', {
        prototypeObjectId: prototype.result.objectId
      });
      const sum = await ask<Result>('Runtime.callFunctionOn', {
        objectId: objects.objectId,
        functionDeclaration: 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }',
        returnByValue: true
      });
      return { worker: usedSize, wasm: Number(sum.result.value) };
    });
  }

  async #attached<T>(work: (ask: <A>(method: string, params: object) => Promise<A>) => Promise<T>): Promise<T> {
    const { sessionId } = await this.#session.send('Target.attachToTarget', { targetId: this.#target, flatten: false });
    const open = new Map<number, (answer: unknown) => void>();
    const hear = (heard: { sessionId: string; message: string }) => {
      if (heard.sessionId !== sessionId) return;
      const { id, result, error } = JSON.parse(heard.message) as { id: number; result?: unknown; error?: unknown };
      if (error) console.error('the debugger:', error);
      open.get(id)?.(result);
    };
    this.#session.on('Target.receivedMessageFromTarget', hear);
    let next = 0;
    const ask = <A>(method: string, params: object): Promise<A> =>
      new Promise((resolve, reject) => {
        const id = ++next;
        const late = setTimeout(() => reject(new Error(`the worker does not answer ${method}`)), patience);
        open.set(id, (answer) => {
          clearTimeout(late);
          resolve(answer as A);
        });
        void this.#session.send('Target.sendMessageToTarget', {
          sessionId,
          message: JSON.stringify({ id, method, params })
        });
      });
    try {
      return await work(ask);
    } finally {
      this.#session.off('Target.receivedMessageFromTarget', hear);
      await this.#session.send('Target.detachFromTarget', { sessionId }).catch(() => undefined);
    }
  }
}
