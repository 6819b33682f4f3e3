import { m } from '$lib/paraglide/messages';
import { changeWords, bodyWords } from '$lib/timeline/words';
import { firstName } from '$lib/ui/words';
import type { Conversation, UserId } from '$lib/matrix/values';

/** The last thing in a conversation, for one line: who, where that is worth saying, and what. */
export type PreviewWords = { readonly who: string | null; readonly what: string };

export function previewWords({ last, kind, topic }: Conversation, me: UserId): PreviewWords {
  if (!last) return { who: null, what: topic };
  const { body, sender, mine } = last;
  if (body.type === 'notice') {
    const people = 'person' in body.notice ? [body.notice.person] : [];
    return { who: null, what: changeWords({ by: sender, notice: body.notice, people }, me, kind === 'direct') };
  }
  const what = bodyWords(body);
  if (body.type === 'text' && body.style === 'emote') return { who: null, what: `${firstName(sender.name)} ${what}` };
  if (mine) return { who: m.you(), what };
  return { who: kind === 'direct' ? null : firstName(sender.name), what };
}
