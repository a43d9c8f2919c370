import { Popover as Primitive } from 'bits-ui';

export const Root = Primitive.Root;
export const Trigger = Primitive.Trigger;
export { default as Content } from './popover-content.svelte';
