export default {
  fetch: async (request: Request): Promise<Response> => {
    const milliseconds = Number(new URL(request.url).searchParams.get('ms'));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return new Response('first');
  },
};
