import type { MessageAttachment } from './schemas.ts';

/** What may do something when it is opened: programs, scripts, pages, documents with macros, links, images of disks. */
const DANGEROUS = new Set(
  (
    'exe com bat cmd scr pif msi msp mst cpl dll sys drv ocx jar class apk app dmg pkg deb rpm run bin elf gadget hta ' +
    'js jse mjs vbs vbe vb ws wsf wsh wsc sct ps1 ps1xml ps2 psm1 psc1 sh bash zsh csh py pyc rb pl php reg inf scf ' +
    'html htm xhtml xht shtml mht mhtml svg svgz xml xsl xslt swf chm hlp ' +
    'docm dotm xlsm xltm xlam xll pptm potm ppam ppsm sldm mde mdb accdb accde ade adp iqy slk ' +
    'lnk url desktop website webloc library-ms search-ms settingcontent-ms appref-ms application ' +
    'iso img vhd vhdx udf cab ace arj one onetoc2 rdp theme themepack diagcab'
  ).split(' '),
);
const DANGEROUS_TYPES =
  /^(?:text\/(?:html|javascript|xml|x-script.*)|image\/svg.*|application\/(?:x-msdownload|x-msdos-program|javascript|ecmascript|x-javascript|xhtml.*|xml|hta|java-archive|x-sh|x-shockwave-flash|x-iso9660-image|.*macroenabled.*))$/;
/** Endings that hide a second one behind them: "invoice.pdf.exe". */
const DOCUMENTS = /\.(?:pdf|docx?|xlsx?|pptx?|txt|rtf|csv|jpe?g|png|gif|mp[34]|zip)\s*\.[a-z0-9]{1,8}$/i;

const endingOf = (name: string): string => /\.([^.\s]+)\s*$/.exec(name)?.[1]?.toLowerCase() ?? '';

type Named = Pick<MessageAttachment, 'name' | 'content_type'>;

/** Whether it may do harm when it is opened. Such are never shown in the page, and a warning comes before saving them. */
export function isDangerous({ name, content_type }: Named): boolean {
  return (
    DANGEROUS.has(endingOf(name)) ||
    DANGEROUS_TYPES.test(content_type.split(';')[0]?.trim().toLowerCase() ?? '') ||
    DOCUMENTS.test(name)
  );
}

const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** How it can be shown in the page; null for what is only saved. */
export function shownAs(attachment: Named): 'image' | 'pdf' | null {
  if (isDangerous(attachment)) return null;
  const type = attachment.content_type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (IMAGES.has(type)) return 'image';
  return type === 'application/pdf' ? 'pdf' : null;
}

/** A Content-ID as it stands in a "cid:" address. */
export const contentIdOf = (id: string): string => id.replace(/^<|>$/g, '').trim().toLowerCase();

/** Pictures inside the text, by their Content-ID. */
export function inlinePictures(attachments: MessageAttachment[]): Map<string, MessageAttachment> {
  return new Map(
    attachments
      .filter((each) => each.content_id && shownAs(each) === 'image')
      .map((each) => [contentIdOf(each.content_id ?? ''), each]),
  );
}
