/** Whole years from a day of birth (YYYY-MM-DD) to a day; null for somebody not born yet. */
export function ageOn(dateOfBirth: string, today: string): number | null {
  const years = Number(today.slice(0, 4)) - Number(dateOfBirth.slice(0, 4));
  const age = today.slice(5) < dateOfBirth.slice(5) ? years - 1 : years;
  return age < 0 ? null : age;
}

/** Days from a day to the next birthday, 0 on the day itself; those of 29 February have theirs on 1 March. */
export function daysToBirthday(dateOfBirth: string, today: string): number {
  const year = Number(today.slice(0, 4));
  const birthday = (inYear: number) =>
    Date.UTC(inYear, Number(dateOfBirth.slice(5, 7)) - 1, Number(dateOfBirth.slice(8, 10)));
  const now = Date.parse(`${today}T00:00:00Z`);
  const next = birthday(year) < now ? birthday(year + 1) : birthday(year);
  return Math.round((next - now) / 86_400_000);
}
