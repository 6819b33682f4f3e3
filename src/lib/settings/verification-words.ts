import type { Verification } from '$lib/matrix/values';
import { m } from '$lib/paraglide/messages';
import { isolate } from '$lib/ui/words';

type Ended = Extract<Verification, { state: 'ended' }>['why'];
type Words = { readonly title: string; readonly note: string };

const own: Record<Exclude<Verification['state'], 'asked' | 'ended'>, () => Words> = {
  waiting: () => ({ title: m.verify_waiting(), note: m.verify_waiting_note() }),
  comparing: () => ({ title: m.verify_compare(), note: m.verify_compare_note() }),
  confirming: () => ({ title: m.verify_confirming(), note: m.verify_confirming_note() }),
  done: () => ({ title: m.verify_done(), note: m.verify_done_note() })
};
const ends: Record<Ended, () => string> = {
  declined: m.verify_declined,
  different: m.verify_different,
  late: m.verify_late,
  failed: m.verify_failed
};

/** What is said at each step, of one's own device or of somebody. */
export function verificationWords(now: Verification): Words {
  const { person } = now;
  const name = isolate(person?.name ?? '');
  switch (now.state) {
    case 'asked':
      return person
        ? { title: m.verify_person_asked({ name }), note: m.verify_person_note() }
        : { title: m.verify_asked(), note: m.verify_asked_note({ name: isolate(now.name || now.device) }) };
    case 'ended':
      if (person && now.why === 'different') return { title: m.verify_ended(), note: m.verify_person_different() };
      if (person && now.why === 'late') return { title: m.verify_ended(), note: m.verify_failed() };
      return { title: m.verify_ended(), note: ends[now.why]() };
    case 'waiting':
      return person ? { title: m.verify_person_waiting({ name }), note: m.verify_person_note() } : own.waiting();
    case 'comparing':
      return person ? { title: m.verify_compare(), note: m.verify_person_compare() } : own.comparing();
    case 'confirming':
      return person
        ? { title: m.verify_person_waiting({ name }), note: m.verify_person_confirming() }
        : own.confirming();
    case 'done':
      return person ? { title: m.verify_person_done({ name }), note: m.verify_person_done_note() } : own.done();
  }
}
