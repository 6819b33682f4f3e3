declare const __TERTULIA_BUILD__: number | undefined;

/** Of two builds the newer has the greater number, made when it is built: ms since the epoch. */
export const build: number = typeof __TERTULIA_BUILD__ === 'number' ? __TERTULIA_BUILD__ : 0;
