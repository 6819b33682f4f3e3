import { m } from '$lib/paraglide/messages';
import { isolate, listOf } from '$lib/ui/words';
import { doorWords, historyWords, keepsWords, roleWords } from '$lib/rooms/room-words';
import type { Body, Person, UserId } from '$lib/matrix/values';
import { wordsOf } from '$lib/matrix/writing/words';
import type { Change } from './entries';

/** A thing that happened to a room, as a sentence. */
export function changeWords({ by, notice, people }: Change, me: UserId, direct = false): string {
  const who = isolate(by.name);
  const whom = listOf(people.map(({ name }) => name));
  const count = people.length;
  const mine = by.id === me;
  const myself = count === 1 && people[0]?.id === me;
  switch (notice.type) {
    case 'created':
      if (direct) return mine ? m.change_started_mine() : m.change_started({ who });
      return mine ? m.change_created_mine() : m.change_created({ who });
    case 'sealed':
      return m.change_sealed();
    case 'joined':
      return myself ? m.change_joined_mine() : m.change_joined({ whom, count });
    case 'left':
      return myself ? m.change_left_mine() : m.change_left({ whom, count });
    case 'declined':
      return myself ? m.change_declined_mine() : m.change_declined({ whom, count });
    case 'knocked':
      return m.change_knocked({ whom, count });
    case 'invited':
      if (myself) return m.change_invited_me({ who });
      return mine ? m.change_invited_mine({ whom }) : m.change_invited({ who, whom });
    case 'removed':
    case 'banned':
      if (myself) return m.change_removed_me({ who });
      return mine ? m.change_removed_mine({ whom }) : m.change_removed({ who, whom });
    case 'called':
      return mine
        ? m.change_called_mine({ name: isolate(notice.name) })
        : m.change_called({ who, name: isolate(notice.name) });
    case 'named':
      return mine
        ? m.change_named_mine({ text: isolate(notice.text) })
        : m.change_named({ who, text: isolate(notice.text) });
    case 'topic':
      if (notice.text === '') return m.change_topic_removed({ who });
      return mine
        ? m.change_topic_mine({ text: isolate(notice.text) })
        : m.change_topic({ who, text: isolate(notice.text) });
    case 'photo':
      return mine ? m.change_photo_mine() : m.change_photo({ who });
    case 'door': {
      const what = doorWords[notice.door]();
      return mine ? m.change_door_mine({ what }) : m.change_door({ who, what });
    }
    case 'history': {
      const what = historyWords[notice.history]();
      return mine ? m.change_history_mine({ what }) : m.change_history({ who, what });
    }
    case 'keeps': {
      const time = keepsWords(notice.keeps);
      return mine ? m.change_keeps_mine({ time }) : m.change_keeps({ who, time });
    }
    case 'role': {
      const role = roleWords[notice.role]();
      if (myself && !mine) return m.change_role_me({ who, role });
      return mine ? m.change_role_mine({ whom, role }) : m.change_role({ who, whom, role });
    }
  }
}

/** A message in one line. */
export function bodyWords(body: Body): string {
  switch (body.type) {
    case 'text':
      return body.rich ? wordsOf(body.rich) : body.text;
    case 'file':
      if (body.kind === 'image') return m.file_image();
      if (body.kind === 'video') return m.file_video();
      return body.voice ? m.file_audio() : body.name;
    case 'deleted':
      return m.message_deleted();
    case 'unreadable':
      return body.cause === 'waiting' ? m.message_waiting() : m.message_unreadable();
    case 'unsupported':
      return m.message_unsupported();
  }
}

/** «Marta is writing…», «Marta and Jordi are writing…». */
export function typingWords(people: readonly Person[]): string {
  if (people.length === 0) return '';
  return m.typing({
    who: listOf(
      people.map(({ name }) => name),
      2
    ),
    count: people.length
  });
}
