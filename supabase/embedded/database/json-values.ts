/**
 * JSON scalars on their way through lite, which takes a string for a JSON column or argument to be JSON text: it would
 * store `"true"` as a boolean and refuse `"Ana"`. PostgREST keeps every value what it is in the request's body.
 */
import type { AnyAST, IntrospectResult } from '@supabase/lite';

const isJson = (type: string | undefined) => type === 'json' || type === 'jsonb';

/** Encodes values of JSON columns and arguments, here where their types are known. */
export function encodeJson(ast: AnyAST, catalog: IntrospectResult): AnyAST {
  const schema = ast.schema ?? 'public';
  if (ast.type === 'rpc') {
    // Arguments in an address are text, and JSON text is what they are meant to be.
    if (ast.httpMethod !== 'POST' || !ast.args || Array.isArray(ast.args)) return ast;
    const signatures = (catalog.functions ?? []).filter(
      (fn) => fn.name === ast.function && fn.schema === schema,
    );
    const names = signatures.flatMap((fn) =>
      fn.arg_names.filter((_name, index) => isJson(fn.arg_types[index])),
    );
    return {
      ...ast,
      args: encode(ast.args, names, (value) => (typeof value === 'string' ? JSON.stringify(value) : value)),
    } as AnyAST;
  }
  if (!('values' in ast) || !ast.values) return ast;
  const columns = catalog.columns.filter(
    (column) => column.table === ast.from && (column.schema ?? 'public') === schema,
  );
  const names = columns.filter((column) => isJson(column.type)).map((column) => column.name);
  // Twice, because lite decodes a string for a JSON column once.
  const twice = (value: unknown) => JSON.stringify(JSON.stringify(value));
  const rows = Array.isArray(ast.values)
    ? ast.values.map((row) => encode(row as object, names, twice))
    : encode(ast.values as object, names, twice);
  return { ...ast, values: rows } as AnyAST;
}

function encode(row: object, names: string[], encodeValue: (value: unknown) => unknown): object {
  const encoded: Record<string, unknown> = { ...row };
  for (const name of names) if (encoded[name] != null) encoded[name] = encodeValue(encoded[name]);
  return encoded;
}
