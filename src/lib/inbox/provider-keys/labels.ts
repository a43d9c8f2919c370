import type { BadgeVariant } from '#lib/components/ui/badge/badge.svelte';
import { m } from '#lib/paraglide/messages.js';
import type { KeyForm, Provider, ProviderKey } from './schemas.ts';

export const providerLabels: Record<Provider, () => string> = {
  openai: m.aikey_openai,
  gemini: m.aikey_gemini,
  exa: m.aikey_exa,
  custom: m.aikey_custom,
};

const states: Record<ProviderKey['state'], [() => string, BadgeVariant]> = {
  working: [m.aikey_working, 'success'],
  failing: [m.aikey_failing, 'destructive'],
  untested: [m.aikey_untested, 'neutral'],
};
export function keyState({ state }: ProviderKey): { label: string; variant: BadgeVariant } {
  const [label, variant] = states[state];
  return { label: label(), variant };
}

const problems: Record<string, [() => string, keyof KeyForm | null]> = {
  key_refused: [m.aikey_problem_key_refused, 'api_key'],
  quota_used_up: [m.aikey_problem_quota_used_up, 'api_key'],
  throttled: [m.aikey_problem_throttled, null],
  model_unknown: [m.aikey_problem_model_unknown, 'model'],
  host_not_allowed: [m.aikey_problem_host_not_allowed, 'base_url'],
  host_not_found: [m.aikey_problem_host_not_found, 'base_url'],
  unreachable: [m.aikey_problem_unreachable, null],
  unexpected_answer: [m.aikey_problem_unexpected_answer, null],
};

/** What is wrong with a key. */
export const problemSentence = (code: string): string =>
  (problems[code]?.[0] ?? m.aikey_problem_unexpected_answer)();

/** The field that a problem is about; null when it is about none. */
export const problemField = (code: string): keyof KeyForm | null => problems[code]?.[1] ?? null;
