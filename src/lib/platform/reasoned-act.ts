import { toAppError } from '#lib/supabase/errors.ts';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import type { Component } from 'svelte';
import { platformKeys } from './queries.ts';

/** Something that a super-admin does to a clinic, a member or a person, and that needs a reason. */
export type ReasonedAct = {
  /** What the menu and the confirming button say. */
  label: string;
  icon: Component<{ class?: string }>;
  isDestructive: boolean;
  title: string;
  text: string;
  /** What else it does that one may not expect, with the names concerned. */
  warning?: { text: string; names: string[] };
  /** One more question besides the reason. */
  choice?: { label: string; options: { value: string; label: string }[] };
  /** Does it and says so; throws what went wrong. */
  act: (input: { reason: string; choice: string }) => Promise<ActOutcome | void>;
};

/** What is worth reading after an act: what it could not do, or what has to follow. */
export type ActOutcome = {
  title: string;
  text: string;
  items: { name: string; note?: string; href?: string }[];
};

/**
 * Does something on the platform. Lists, pages, counts and the audit trail are then read again; also after a refusal
 * because of the present state (409), which means that what the page shows is out of date.
 */
export async function performOnPlatform<T>(queries: QueryClient, act: () => Promise<T>): Promise<T> {
  try {
    return await perform(queries, [platformKeys.all], act);
  } catch (error) {
    if (toAppError(error).status === 409) await queries.invalidateQueries({ queryKey: platformKeys.all });
    throw error;
  }
}
