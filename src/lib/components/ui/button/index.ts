export { default as Button, buttonVariants, type ButtonProps, type ButtonVariant } from './button.svelte';
