/** The private bucket of clients' files. */
export const bucket = 'client-files';
