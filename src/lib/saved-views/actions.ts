import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { addView, changeView, deleteView, savedViewKeys } from './queries.ts';
import type { SavedView, ViewPage } from './schemas.ts';

/** What can be done with the views of a page. */
export function viewActions(queries: QueryClient, tenantId: string, page: ViewPage) {
  const affected = [savedViewKeys.of(tenantId, page)];
  return {
    /** Keeps a list under a name. Throws what went wrong, like `rename`. */
    add: async (name: string, filter: object): Promise<SavedView> => {
      const view = await perform(queries, affected, () => addView({ tenantId, page, name, filter }));
      confirmDone(m.view_saved({ name: view.name }));
      return view;
    },

    rename: async (view: SavedView, name: string): Promise<void> => {
      await perform(queries, affected, () => changeView({ tenantId, viewId: view.id, change: { name } }));
    },

    /** Makes a view list what is listed now. */
    replace: async (view: SavedView, filter: object): Promise<void> => {
      try {
        await perform(queries, affected, () => changeView({ tenantId, viewId: view.id, change: { filter } }));
        confirmDone(m.view_saved({ name: view.name }));
      } catch (error) {
        handleError(error);
      }
    },

    /** Deletes a view and offers to bring it back. */
    remove: async (view: SavedView): Promise<void> => {
      try {
        await perform(queries, affected, () => deleteView({ tenantId, viewId: view.id }));
        const restore = () =>
          perform(queries, affected, () => addView({ tenantId, page, name: view.name, filter: view.filter }));
        confirmDone(m.view_deleted({ name: view.name }), () => void restore().catch(handleError));
      } catch (error) {
        handleError(error);
      }
    },
  };
}
