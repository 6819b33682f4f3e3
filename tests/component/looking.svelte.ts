import { onTestFinished } from 'vitest';

/**
 * Looks at something as a view does, until the test ends: what a view-model derives from a feed is followed only while
 * somebody looks. `now` is what is seen.
 */
export function looking<T>(read: () => T): { readonly now: T } {
  let seen = $state.raw<{ value: T }>();
  onTestFinished(
    $effect.root(() => {
      const value = $derived(read());
      $effect.pre(() => {
        seen = { value };
      });
    })
  );
  return {
    get now() {
      return seen ? seen.value : read();
    }
  };
}
