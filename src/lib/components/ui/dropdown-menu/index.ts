import { DropdownMenu as Primitive } from 'bits-ui';

export const Root = Primitive.Root;
export const Trigger = Primitive.Trigger;
export const Group = Primitive.Group;
export const RadioGroup = Primitive.RadioGroup;
export { default as Content } from './dropdown-menu-content.svelte';
export { default as Item } from './dropdown-menu-item.svelte';
export { default as Label } from './dropdown-menu-label.svelte';
export { default as RadioItem } from './dropdown-menu-radio-item.svelte';
export { default as Separator } from './dropdown-menu-separator.svelte';
