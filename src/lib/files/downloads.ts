let isStarting = false;

/** Whether the browser is just being told to save something: to it that is a navigation. */
export const isDownloadStarting = (): boolean => isStarting;

/** Lets the browser save what a link leads to. */
export function startDownload(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  isStarting = true;
  link.click();
  setTimeout(() => (isStarting = false), 1000);
}
