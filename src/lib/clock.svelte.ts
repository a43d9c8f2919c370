import { createSubscriber } from 'svelte/reactivity';

const follow = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** The time in milliseconds; what reads it in a component or effect follows it second by second. */
export const clock = {
  get now(): number {
    follow();
    return Date.now();
  },
};
