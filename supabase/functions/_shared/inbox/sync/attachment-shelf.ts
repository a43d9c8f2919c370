import type { SupabaseClient } from '@supabase/supabase-js';
import type { AttachmentShelf } from './sync-attachments.ts';

/** The private bucket of what is attached to mails. */
export const attachmentBucket = 'mail-attachments';

/** Keeps attachments in Storage, as the service role: no person may write there what came by mail. */
export function attachmentShelf(storage: SupabaseClient['storage']): AttachmentShelf {
  const objects = storage.from(attachmentBucket);
  return {
    put: async (objectName, contentType, content) => {
      const { error } = await objects.upload(objectName, content, {
        contentType,
        upsert: true,
        duplex: 'half',
      });
      if (error) throw error;
    },
    remove: async (objectName) => {
      const { error } = await objects.remove([objectName]);
      if (error) throw error;
    },
  };
}
