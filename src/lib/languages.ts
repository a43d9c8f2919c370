/** The languages of the app, each by its own name. */
export const LANGUAGES = { en: 'English', ro: 'Română' } as const;
