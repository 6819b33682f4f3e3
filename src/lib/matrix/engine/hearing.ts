import { Cell, type Live } from '../live.ts';
import type { Hearing as Port } from '../ports.ts';
import { settle } from '../settle.ts';
import type { Heard, UserId } from '../values.ts';
import { rulesType } from './conversations/notify.ts';
import { anything, path, type Server } from './server.ts';
import type { AccountData } from './sync/account-data.ts';
import { heardIn } from './unread/heard.ts';

type Deps = { readonly server: Server; readonly accountData: AccountData };

const loud = ['notify', { set_tweak: 'highlight' }, { set_tweak: 'sound', value: 'default' }];

/** Writes it as the other clients do; what they have written holds here, too. */
export class Hearing implements Port {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  state(): Live<Heard> {
    const { accountData } = this.#deps;
    const cell: Cell<Heard> = new Cell<Heard>(undefined, () => {
      const show = () => cell.set(settle(cell.current, heardIn(accountData.get(rulesType))));
      show();
      return accountData.onChange(({ type }) => {
        if (type === rulesType) show();
      });
    });
    return cell;
  }

  setWord(word: string, wanted: boolean): Promise<void> {
    const at = path`/_matrix/client/v3/pushrules/global/content/${word}`;
    return this.#set(at, wanted, { pattern: word, actions: loud });
  }

  setQuiet(person: UserId, quiet: boolean): Promise<void> {
    return this.#set(path`/_matrix/client/v3/pushrules/global/sender/${person}`, quiet, { actions: [] });
  }

  async #set(at: string, stands: boolean, body: Record<string, unknown>): Promise<void> {
    const { server } = this.#deps;
    if (stands) {
      await server.call('PUT', at, anything, { body });
      // One that was switched off stays so when it is written anew.
      await server.call('PUT', `${at}/enabled`, anything, { body: { enabled: true } });
      return;
    }
    await server.call('DELETE', at, anything).catch((thrown) => {
      if (thrown?.reason !== 'not-found') throw thrown;
    });
  }
}
