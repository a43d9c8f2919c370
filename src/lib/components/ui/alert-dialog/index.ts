export { default as ConfirmDialog } from './alert-dialog.svelte';
