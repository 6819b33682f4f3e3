import type { TransactionId } from './values.ts';

/** A name for one sending, which no other has: made by who sends, before anything is asked. */
export const newTransaction = (): TransactionId => `t${crypto.randomUUID()}` as TransactionId;
