const named = (thrown: unknown, ...names: string[]): boolean => thrown instanceof Error && names.includes(thrown.name);

/** No room is left for this origin (Storage Standard, "storage quota"). */
export const isFull = (thrown: unknown): boolean => named(thrown, 'QuotaExceededError');

/** The connection was closed under us, or its database was deleted (Indexed Database API 3.0, "close a connection"). */
export const isGone = (thrown: unknown): boolean => named(thrown, 'InvalidStateError', 'NotFoundError');

/** A newer build has been here. */
export const isNewer = (thrown: unknown): boolean => named(thrown, 'VersionError');
