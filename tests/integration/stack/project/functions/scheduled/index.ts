export default {
  fetch: (request: Request): Response => {
    const isDue = request.headers.get('x-cron-secret') === Deno.env.get('CRON_SECRET');
    return new Response(null, { status: isDue ? 202 : 401 });
  },
};
