export { default as Body } from './table-body.svelte';
export { default as Cell } from './table-cell.svelte';
export { default as Head } from './table-head.svelte';
export { default as Header } from './table-header.svelte';
export { default as Root } from './table.svelte';
export { default as Row } from './table-row.svelte';
