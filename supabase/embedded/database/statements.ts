/** Splits SQL files with PostgreSQL's own parser, so that every quote, comment and function body is understood. */
import { loadModule, parseSync } from 'libpg-query';

export interface Statement {
  text: string;
  /** Line of the file the statement starts on, from 1. */
  line: number;
  /** A policy on a table of `auth` or `storage`: the platform lets `postgres` write it, although it is not the owner. */
  needsPlatform: boolean;
}

interface ParsedStatement {
  stmt: Record<
    string,
    { table?: { schemaname?: string }; objects?: { List?: { items: { String?: { sval: string } }[] } }[] }
  >;
  stmt_location?: number;
  stmt_len?: number;
}

const leadingSpaceAndComments = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;

/** A syntax error in a SQL file, with its line. */
export class SqlSyntaxError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Splits `sql` into statements. Throws `SqlSyntaxError`. */
export async function splitStatements(sql: string): Promise<Statement[]> {
  await loadModule();
  const bytes = Buffer.from(sql);
  let parsed: { stmts?: ParsedStatement[] };
  try {
    parsed = parseSync(sql) as { stmts?: ParsedStatement[] };
  } catch (error) {
    const position = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails?.cursorPosition ?? 0;
    throw new SqlSyntaxError((error as Error).message, lineAt(sql, position));
  }
  return (parsed.stmts ?? []).map((statement) => {
    const start = statement.stmt_location ?? 0;
    const end = statement.stmt_len ? start + statement.stmt_len : bytes.length;
    const before = bytes.subarray(0, start).toString();
    const raw = bytes.subarray(start, end).toString();
    const text = raw.replace(leadingSpaceAndComments, '');
    return {
      text: text.trimEnd(),
      line: lineAt(before + raw, before.length + raw.length - text.length),
      needsPlatform: isServicePolicy(statement.stmt),
    };
  });
}

/** The line of character `position` (from 0), from 1. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

function isServicePolicy(node: ParsedStatement['stmt']): boolean {
  const policy = node.CreatePolicyStmt ?? node.AlterPolicyStmt;
  const dropped = node.DropStmt?.objects?.[0]?.List?.items;
  const isDroppedPolicy = dropped?.length === 3 && JSON.stringify(node).includes('OBJECT_POLICY');
  const schema = policy ? policy.table?.schemaname : isDroppedPolicy ? dropped[0]?.String?.sval : undefined;
  return schema === 'storage' || schema === 'auth';
}
