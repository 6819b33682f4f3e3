/** What an event says, opened where it was sealed. */
export type Said = { readonly type: string; readonly content: Record<string, unknown> };

/**
 * Whether it belongs to a verification that goes by the messages of a room, and is nothing to read (Matrix 1.16
 * client-server, "Key verification framework").
 */
export const isVerification = ({ type, content }: Said): boolean =>
  type.startsWith('m.key.verification.') ||
  (type === 'm.room.message' && content.msgtype === 'm.key.verification.request');
