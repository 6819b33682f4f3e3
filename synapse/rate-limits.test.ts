import { describe, expect, it } from 'vitest';
import { rateLimits, type Limit } from './rate-limits.ts';

/** How many get through in `seconds` when everybody comes at once and waits for a turn. */
const within = ({ per_second, burst_count }: Limit, seconds: number): number =>
  burst_count + Math.floor(per_second * seconds);
const evening = 3 * 3600;

describe('rate limits', () => {
  it('let a street of fifty behind one address register and sign in on one evening', () => {
    expect(within(rateLimits.rc_registration, 60)).toBeGreaterThanOrEqual(50);
    expect(within(rateLimits.rc_login.address, 600)).toBeGreaterThanOrEqual(50);
    expect(within(rateLimits.rc_joins_per_room, 60)).toBeGreaterThanOrEqual(50);
    expect(within(rateLimits.rc_registration_token_validity, 60)).toBeGreaterThanOrEqual(100);
  });

  it('let no single address lock somebody’s account', () => {
    const { address, failed_attempts } = rateLimits.rc_login;
    // Full at no time: it holds more than one address sends at once, and empties faster than one goes on.
    expect(failed_attempts.burst_count).toBeGreaterThan(address.burst_count);
    expect(failed_attempts.per_second).toBeGreaterThan(address.per_second);
    const crowd = failed_attempts.per_second / address.per_second;
    expect(crowd).toBeGreaterThanOrEqual(20);
  });

  it('let nobody guess passwords from one address', () => {
    expect(within(rateLimits.rc_login.address, 24 * 3600)).toBeLessThan(10_000);
  });

  it('let a newcomer greet the street', () => {
    expect(within(rateLimits.rc_room_creation, evening)).toBeGreaterThanOrEqual(50);
    expect(within(rateLimits.rc_invites.per_issuer, 60)).toBeGreaterThanOrEqual(50);
  });

  it('are sentences that Synapse reads: a rate and a measure each', () => {
    const limits = Object.values(rateLimits).flatMap((value) =>
      'per_second' in value ? [value] : Object.values(value)
    );
    for (const limit of limits) {
      expect(Object.keys(limit).sort()).toEqual(['burst_count', 'per_second']);
      expect(limit.per_second).toBeGreaterThan(0);
    }
  });
});
