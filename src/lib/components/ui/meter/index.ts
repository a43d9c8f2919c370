export { default as Meter } from './meter.svelte';
