/** Mails that are hard to read, made by functions: there is nothing here that a reader could not check by eye. */
import { automatic } from './automatic.ts';
import type { AwkwardMail } from './building.ts';
import { charsets } from './charsets.ts';
import { contents } from './contents.ts';
import { headers } from './headers.ts';

export type { AwkwardMail } from './building.ts';

export const mailCorpus: AwkwardMail[] = [...headers, ...charsets, ...contents, ...automatic];
