type Person = { first_name: string; last_name: string; email: string | null };

/** How a person is named in lists: their name, or their address while they have none. */
export function displayName({ first_name, last_name, email }: Person): string {
  return `${first_name} ${last_name}`.trim() || (email ?? '');
}

/** One or two letters for a person's picture. */
export function initials(person: Person): string {
  const letters = [person.first_name, person.last_name].map((name) => [...name.trim()][0] ?? '').join('');
  return letters || ([...(person.email ?? '?')][0] ?? '?');
}
