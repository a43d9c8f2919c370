export default {
  fetch: () => {
    for (;;);
  },
};
