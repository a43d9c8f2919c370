import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import type { Column, Table } from './catalog.ts';
import { alternatives, sampleValues } from './declaration.ts';

export type Row = Record<string, unknown>;

/**
 * Lays out one row of any table for a clinic, made from the catalog alone: references are followed and created, choices
 * are taken from check constraints, the rest is guessed from type and name. A table it cannot guess fails loudly with
 * the database's own message; its values then go into `sampleValues` of the declaration.
 */
export class Samples {
  readonly #sql: postgres.Sql;
  readonly #tables: Map<string, Table>;
  readonly #made = new Map<string, Row>();

  constructor(sql: postgres.Sql, tables: Table[]) {
    this.#sql = sql;
    this.#tables = new Map(tables.map((table) => [table.name, table]));
  }

  /** Remembers a row that exists already, such as a clinic made through the API. */
  adopt(table: string, tenantId: string, row: Row): void {
    this.#made.set(`${table} ${tenantId}`, row);
  }

  /** The clinic's sample row of the table, made on first use. */
  async row(table: string, tenantId: string): Promise<Row> {
    const key = `${table} ${tenantId}`;
    const known = this.#made.get(key);
    if (known) return known;
    const row = await this.fresh(table, tenantId);
    this.#made.set(key, row);
    return row;
  }

  /** A further row, written by the owner of the database. */
  async fresh(table: string, tenantId: string): Promise<Row> {
    const values = await this.values(table, tenantId, (column) => !column.generated);
    const [row] = await this.#sql<
      Row[]
    >`insert into public.${this.#sql(table)} ${this.#sql(values as Record<string, string>)} returning *`;
    if (!row) throw new Error(`no sample row could be made for ${table}`);
    return row;
  }

  /** Values for those columns of a new row that pass the filter and need or deserve one. */
  async values(table: string, tenantId: string, mayWrite: (column: Column) => boolean): Promise<Row> {
    const description = this.#tables.get(table);
    if (!description) throw new Error(`there is no table ${table}`);
    const values: Row = {};
    const chosen = new Set(alternatives[table]?.map(([first]) => first));
    for (const reference of description.references) {
      const targetTable = reference.target.replace(/^public\./, '');
      if (!this.#tables.has(targetTable)) continue;
      const own = reference.columns.filter((name) => name !== 'tenant_id');
      const columns = description.columns.filter((column) => own.includes(column.name));
      if (
        columns.length === 0 ||
        !columns.every((column) => mayWrite(column) && (column.required || chosen.has(column.name)))
      )
        continue;
      const target = isLink(description)
        ? await this.fresh(targetTable, tenantId)
        : await this.row(targetTable, tenantId);
      reference.columns.forEach((name, index) => {
        const targetColumn = reference.targetColumns[index];
        if (name !== 'tenant_id' && targetColumn) values[name] = target[targetColumn];
      });
    }
    const referring = new Set(description.references.flatMap((reference) => reference.columns));
    for (const column of description.columns) {
      if (!mayWrite(column) || column.name in values) continue;
      if (column.name === 'tenant_id') values[column.name] = tenantId;
      else if (column.required || (column.type === 'text' && !referring.has(column.name) && !column.choices))
        values[column.name] = sampleValue(column);
    }
    return { ...values, ...onlyKnown(sampleValues[table] ?? {}, values) };
  }
}

/** A table that does nothing but tie rows together has each pair once, so every row of it needs rows of its own. */
function isLink({ columns, references }: Table): boolean {
  const referring = references.flatMap((reference) => reference.columns);
  return (
    references.length > 2 &&
    columns
      .filter((column) => column.required && column.name !== 'id')
      .every(({ name }) => referring.includes(name))
  );
}

const onlyKnown = (extra: Row, values: Row): Row =>
  Object.fromEntries(Object.entries(extra).filter(([name]) => name in values));

/** One moment for all that begins, so that no check finds one before the other. */
const begun = Date.now();

/** A number that the checks of durations and lead times accept, and that no other sample has. */
let lastNumber = 60;

/** A believable value by name and type; a different one at each call where the type has more than a few. */
export function sampleValue(column: Column): unknown {
  const unique = randomUUID().slice(0, 8);
  if (column.choices?.length) return column.choices[0];
  if (/email/.test(column.name) || (column.name.endsWith('address') && column.type === 'text'))
    return `sample.${unique}@example.test`;
  if (/phone/.test(column.name)) return `+40 700 ${Math.floor(100_000 + Math.random() * 900_000)}`;
  if (/time_zone/.test(column.name)) return 'Europe/London';
  if (/country/.test(column.name)) return 'RO';
  if (/colour/.test(column.name)) return 'teal';
  if (/language/.test(column.name)) return 'ro';
  if (/hash/.test(column.name)) return unique.repeat(8);
  if (/slug/.test(column.name)) return `sample-${unique}`;
  switch (column.type) {
    case 'uuid':
      return randomUUID();
    case 'boolean':
      return true;
    case 'integer':
    case 'bigint':
    case 'smallint':
    case 'numeric':
      return (lastNumber += 1);
    case 'jsonb':
    case 'json':
      return {};
    case 'timestamp with time zone':
      return new Date(begun + (/expires|ends_at/.test(column.name) ? 3_600_000 : 0)).toISOString();
    case 'tstzrange': {
      const start = Date.now() + Math.floor(Math.random() * 1e10);
      return `[${new Date(start).toISOString()},${new Date(start + 60_000).toISOString()})`;
    }
    case 'date':
      return new Date().toISOString().slice(0, 10);
    default:
      return column.type.endsWith('[]') ? [] : `Sample ${unique}`;
  }
}
