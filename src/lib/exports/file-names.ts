/** Names that Windows keeps for itself, whatever the ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A file's name as it can be unpacked anywhere: no folders, no characters that a system refuses, not too long. The ending
 * stays.
 */
export function safeFileName(name: string): string {
  const plain = name
    .normalize('NFC')
    // Control characters, and those that turn the reading direction and so hide an ending.
    .replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069\u200E\u200F]/gu, '')
    .replace(/[<>:"/\\|?*]/g, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  const ending = /\.[^.]{1,12}$/.exec(plain)?.[0] ?? '';
  const stem = [...plain.slice(0, plain.length - ending.length)].slice(0, 100).join('');
  const safe = `${stem}${ending}` || 'file';
  return RESERVED.test(safe) ? `_${safe}` : safe;
}

/** Safe names, each once: "scan.pdf", "scan (2).pdf". Differences of case do not count, since some systems see none. */
export function uniqueFileNames(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const safe = safeFileName(name);
    const dot = safe.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot)] : [safe, ''];
    let unique = safe;
    for (let number = 2; taken.has(unique.toLowerCase()); number++) unique = `${stem} (${number})${ending}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}
