import * as z from 'zod/mini';
import { mailAddressSchema } from '../message-view/schemas.ts';
import type { DraftValues } from './schemas.ts';

/**
 * What was typed and has not reached the server yet, kept in this browser: a lost connection or a closed window loses
 * nothing. Keys name the person, so that the next one at the same computer does not find it.
 */
const PREFIX = 'chairside.mail-draft.';

const people = z.array(mailAddressSchema);
const keptSchema = z.object({
  revision: z.number(),
  values: z.partial(
    z.object({
      to: people,
      cc: people,
      bcc: people,
      subject: z.string(),
      text_body: z.string(),
      html_body: z.nullable(z.string()),
      account_id: z.string(),
      quoted_text: z.string(),
      quoted_html: z.nullable(z.string()),
    }),
  ),
});
/** Changes since a revision of the draft. */
export type KeptDraft = { revision: number; values: Partial<DraftValues> };

export type DraftStore = {
  read: () => KeptDraft | null;
  /** Null forgets it. */
  keep: (kept: KeptDraft | null) => void;
};

/** The place of one draft of one person in this browser. */
export function localDraft(userId: string, draftId: string): DraftStore {
  const key = `${PREFIX}${userId}.${draftId}`;
  return {
    read: () => {
      try {
        const kept = keptSchema.safeParse(JSON.parse(localStorage.getItem(key) ?? 'null'));
        return kept.success ? kept.data : null;
      } catch {
        return null;
      }
    },
    keep: (kept) => {
      try {
        if (kept) localStorage.setItem(key, JSON.stringify(kept));
        else localStorage.removeItem(key);
      } catch {
        // A browser that keeps nothing still lets people write.
      }
    },
  };
}
