import { tick } from 'svelte';

/**
 * Marks the first choice of a bits-ui combobox, for choices that arrive from the server while somebody is typing: the
 * combobox marks it when a key is pressed, on a choice that is about to go, and then neither arrows nor Enter do
 * anything. It listens for input, so it is told of some once the new choices are there.
 */
export async function markFirstChoice(input: HTMLElement | null): Promise<void> {
  await tick();
  if (input && document.activeElement === input) input.dispatchEvent(new Event('input', { bubbles: true }));
}
