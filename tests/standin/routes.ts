import type { Content, Room } from './room.ts';
import type { Session } from './world.ts';

/** What a request asks; `params` are the parts of the path that a route leaves open. */
export type Asked = {
  readonly session: Session;
  readonly token: string;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Content;
  readonly signal: AbortSignal;
};
/** `METHOD path`, where `:` stands for one part. */
export type Routes<Request> = readonly (readonly [
  route: string,
  answer: (asked: Request) => Content | readonly Content[] | Promise<Content>
])[];

/** An error answer (Matrix 1.16 client-server, "Standard error response"). */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Content;

  constructor(status: number, code: string | null, body: Content = {}) {
    super(code ?? String(status));
    this.status = status;
    this.body = code ? { errcode: code, error: code, ...body } : body;
  }
}

export const isWith = (room: Room, user: string): boolean => room.membership(user) === 'join';

/** The first route that a path fits, and its open parts. */
export function routed<Request>(
  routes: Routes<Request>,
  method: string,
  path: string
): { params: readonly string[]; answer: Routes<Request>[number][1] } | undefined {
  const parts = path.split('/');
  for (const [route, answer] of routes) {
    const [wanted, shape = ''] = route.split(' ');
    const named = shape.split('/');
    if (wanted !== method || named.length !== parts.length) continue;
    if (!named.every((name, index) => name === ':' || name === parts[index])) continue;
    return { params: parts.filter((_part, index) => named[index] === ':').map(decodeURIComponent), answer };
  }
  return undefined;
}
