import { m } from '#lib/paraglide/messages.js';

/** Pictures from the clipboard are all called "image.png"; they are named after the moment. Other files keep their names. */
export function namedPictures(files: File[], now: Date): File[] {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = [now.getFullYear(), pad(now.getMonth() + 1), pad(now.getDate())].join('-');
  const moment = `${day} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(pad).join('.')}`;
  return files.map((file) => {
    const ending = /^image\.(\w+)$/.exec(file.name)?.[1];
    if (!ending) return file;
    return new File([file], `${m.file_pasted_name({ moment })}.${ending}`, { type: file.type });
  });
}
