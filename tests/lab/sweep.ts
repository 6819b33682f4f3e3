/** `node tests/lab/sweep.ts`: removes what crashed labs left behind. Every lab does the same when it opens. */
import { sweep } from './scratch.ts';

const removed = sweep();
console.log(removed.length ? removed.join('\n') : 'nothing left behind');
