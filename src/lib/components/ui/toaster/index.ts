export { default as LazyToaster } from './lazy-toaster.svelte';
export { prepareToasts, withToasts } from './toasts.svelte.ts';
