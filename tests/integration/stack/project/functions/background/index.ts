declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

export default {
  fetch: (request: Request): Response => {
    const report = new URL(request.url).searchParams.get('report') ?? '';
    const work = async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await fetch(report, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ from: 'function', to: ['background@example.test'], subject: 'first' }),
      });
    };
    EdgeRuntime.waitUntil(work());
    return new Response(null, { status: 202 });
  },
};
