const version = 'first';

export default {
  fetch: async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const headers = Object.fromEntries(request.headers);
    const environment = Object.keys(Deno.env.toObject());
    return Response.json({
      version,
      method: request.method,
      pathname,
      search,
      headers,
      environment,
      body: await request.text(),
    });
  },
};
