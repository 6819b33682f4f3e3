/** By whose right the zone is asked. */
type Credentials = { readonly token: string };

/** ms within which the zone has to tell what came; the browser wants something shown soon. */
const patience = 4000;

const languages = ['en', 'es', 'ca'] as const;
const fresh = { en: 'New message', es: 'Mensaje nuevo', ca: 'Missatge nou' } as const;

type Content = Readonly<Record<string, unknown>>;
type Words = { readonly title: string; readonly body: string };

/** Asks the zone for a thing in the person's name; null where it does not tell. */
async function ask(path: string, { token }: Credentials): Promise<Content | null> {
  try {
    const answer = await fetch(`/_matrix/client/v3/rooms/${path}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(patience),
      cache: 'no-store',
      credentials: 'omit'
    });
    return answer.ok ? ((await answer.json()) as Content) : null;
  } catch {
    return null;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 300) : '');

/**
 * What a notice says of an event where no engine runs: the room and the sender as the zone names them, the words of a
 * plain message, of an encrypted one only that it is there.
 */
export async function wordsOf(room: string, event: string, credentials: Credentials): Promise<Words> {
  const at = encodeURIComponent(room);
  const [name, message] = await Promise.all([
    ask(`${at}/state/m.room.name/`, credentials),
    ask(`${at}/event/${encodeURIComponent(event)}`, credentials)
  ]);
  const sender = textOf(message?.sender);
  const member = sender && (await ask(`${at}/state/m.room.member/${encodeURIComponent(sender)}`, credentials));
  const who = (member && textOf(member.displayname)) || sender;
  const content = (message?.content ?? {}) as Content;
  const said = message?.type === 'm.room.message' ? textOf(content.body) : '';
  const language = languages.find((one) => navigator.language.startsWith(one)) ?? 'en';
  const what = said || fresh[language];
  const title = textOf(name?.name) || who || 'Tertulia';
  return { title, body: who && title !== who ? `${who}: ${what}` : what };
}
