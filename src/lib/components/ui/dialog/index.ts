import { Dialog as Primitive } from 'bits-ui';

export const Root = Primitive.Root;
export { default as Content } from './dialog-content.svelte';
export { default as Footer } from './dialog-footer.svelte';
export { default as Header } from './dialog-header.svelte';
