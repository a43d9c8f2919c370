export { default as Header } from './card-header.svelte';
export { default as Root } from './card.svelte';
