import { FakeBrowser } from './browser.ts';
import { FakeZone, type ZoneOptions } from './zone.ts';

export { FakeBrowser } from './browser.ts';
export { FakeZone, type ZoneOptions } from './zone.ts';

/** One browser at a zone of its own; `zone.browser()` gives others at the same zone. */
export const createFake = (options: ZoneOptions & { latency?: number } = {}): FakeBrowser =>
  new FakeZone(options).browser({ latency: options.latency });
