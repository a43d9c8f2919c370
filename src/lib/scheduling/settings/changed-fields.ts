/** The fields of a form that say something else than what it began from: the ones to save. */
export function changedFields<Form extends object>(form: Form, from: Form): Partial<Form> {
  const fields = Object.entries(form) as [keyof Form, Form[keyof Form]][];
  return Object.fromEntries(fields.filter(([field, value]) => value !== from[field])) as Partial<Form>;
}

/** A form after somebody else has saved: what nobody has touched here follows, what somebody has typed stays. */
export function withNewer<Form extends object>(form: Form, from: Form, newer: Form): Form {
  return { ...newer, ...changedFields(form, from) };
}
