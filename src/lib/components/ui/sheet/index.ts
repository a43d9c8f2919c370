import { Dialog as Primitive } from 'bits-ui';

export const Root = Primitive.Root;
export { default as Content } from './sheet-content.svelte';
