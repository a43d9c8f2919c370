export default {
  fetch: (request: Request): Promise<Response> => {
    if (request.method === 'GET') throw new Error('in the handler');
    setTimeout(() => {
      throw new Error('outside of any handler');
    }, 10);
    return new Promise(() => undefined);
  },
};
