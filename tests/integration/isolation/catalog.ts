import type postgres from 'postgres';

export interface Column {
  name: string;
  type: string;
  /** The owner of the database, who is nobody to `auth.uid()`, has to give a value. */
  required: boolean;
  generated: boolean;
  selectable: boolean;
  insertable: boolean;
  updatable: boolean;
  /** Values of a check constraint of the form `column in (…)`. */
  choices: string[] | null;
}

export interface Reference {
  constraint: string;
  columns: string[];
  target: string;
  targetColumns: string[];
}

export interface Table {
  name: string;
  columns: Column[];
  references: Reference[];
  deletable: boolean;
}

export interface PublicFunction {
  name: string;
  argumentNames: string[];
  argumentTypes: string[];
  forAnonymous: boolean;
  forSignedIn: boolean;
}

/** Every table of the exposed schema with what the API role may do with it, as the database itself says. */
export async function readTables(sql: postgres.Sql): Promise<Table[]> {
  return sql<Table[]>`
    select c.relname as name,
      has_table_privilege('authenticated', c.oid, 'delete') as deletable,
      (select json_agg(json_build_object(
          'name', a.attname,
          'type', format_type(a.atttypid, null),
          'required', a.attnotnull and a.attidentity = '' and not (a.atthasdef and (
            select pg_get_expr(d.adbin, d.adrelid) <> 'auth.uid()' from pg_attrdef d where d.adrelid = c.oid and d.adnum = a.attnum)),
          'generated', a.attgenerated <> '' or a.attidentity = 'a',
          'selectable', has_column_privilege('authenticated', c.oid, a.attnum, 'select'),
          'insertable', has_column_privilege('authenticated', c.oid, a.attnum, 'insert'),
          'updatable', has_column_privilege('authenticated', c.oid, a.attnum, 'update'),
          'choices', (
            select array(select m[1] from regexp_matches(pg_get_constraintdef(k.oid), '''([^'']*)''::text', 'g') m)
            from pg_constraint k
            where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) ~ '= ANY \\(ARRAY'
            limit 1)
        ) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      coalesce((select json_agg(json_build_object(
          'constraint', k.conname,
          'target', k.confrelid::regclass::text,
          'columns', (select array_agg(a.attname order by o) from unnest(k.conkey) with ordinality u(n, o) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n),
          'targetColumns', (select array_agg(a.attname order by o) from unnest(k.confkey) with ordinality u(n, o) join pg_attribute a on a.attrelid = k.confrelid and a.attnum = n)
        )) from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'), '[]') as references
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
    order by c.relname`;
}

/** Every function of the exposed schema that an API role may call. */
export async function readFunctions(sql: postgres.Sql): Promise<PublicFunction[]> {
  return sql<PublicFunction[]>`
    select p.proname as name,
      coalesce(p.proargnames, '{}') as "argumentNames",
      array(select format_type(t, null) from unnest(p.proargtypes) with ordinality u(t, o) order by o) as "argumentTypes",
      has_function_privilege('anon', p.oid, 'execute') as "forAnonymous",
      has_function_privilege('authenticated', p.oid, 'execute') as "forSignedIn"
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    order by p.proname`;
}
