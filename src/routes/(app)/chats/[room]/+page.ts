/** One shell for all conversations: the web server gives it at the address of each (`src/lib/server/pages.ts`). */
export const entries = () => [{ room: 'any' }];
