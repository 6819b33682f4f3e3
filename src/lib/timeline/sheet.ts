/** What lies over a conversation. */
const sheets = ['invite', 'leave', 'settings', 'files'] as const;
export type Sheet = (typeof sheets)[number];
export const isSheet = (name: unknown): name is Sheet => sheets.some((sheet) => sheet === name);
