/** Runs the rows of cron.job on an engine without pg_cron, by the minute and in UTC, as pg_cron does. */
import postgres from 'postgres';

interface Job {
  jobid: string;
  schedule: string;
  command: string;
  username: string;
  database: string;
}

const minuteMilliseconds = 60_000;

/** Starts the scheduler. `url` is a superuser's, since a job runs as whoever scheduled it. */
export function startCron(url: string, log: (text: string) => void): () => Promise<void> {
  const sql = postgres(url, { max: 8, onnotice: () => undefined, connection: { statement_timeout: 0 } });
  /** A job that still runs is not started a second time. */
  const running = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout;

  const tick = async (minute: Date) => {
    const jobs = await sql<
      Job[]
    >`select jobid, schedule, command, username, database from cron.job where active`;
    for (const job of jobs) {
      if (running.has(job.jobid) || !isDue(job.schedule, minute)) continue;
      running.set(
        job.jobid,
        runJob(sql, job).finally(() => running.delete(job.jobid)),
      );
    }
  };
  const plan = () => {
    const next = new Date((Math.floor(Date.now() / minuteMilliseconds) + 1) * minuteMilliseconds);
    timer = setTimeout(() => {
      tick(next).catch((error: unknown) => log(`cron: ${(error as Error).message}`));
      plan();
    }, next.getTime() - Date.now());
  };
  plan();
  return async () => {
    clearTimeout(timer);
    await sql.end({ timeout: 5 });
  };
}

async function runJob(sql: postgres.Sql, job: Job): Promise<void> {
  const session = await sql.reserve();
  try {
    const [run] = await session`
      insert into cron.job_run_details (jobid, job_pid, database, username, command, status, start_time)
      values (${job.jobid}, pg_backend_pid(), ${job.database}, ${job.username}, ${job.command}, 'running', now())
      returning runid`;
    let [status, message] = ['succeeded', ''];
    await session`set session authorization ${session(job.username)}`;
    try {
      const result = await session.unsafe(job.command);
      message = `${result.count ?? 0} rows`;
    } catch (error) {
      [status, message] = ['failed', `ERROR:  ${(error as Error).message}`];
      await session`rollback`;
    }
    await session`reset session authorization`;
    await session`
      update cron.job_run_details set status = ${status}, return_message = ${message}, end_time = now()
      where runid = ${run?.runid as string}`;
  } finally {
    session.release();
  }
}

const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** Whether a cron expression (five fields, `*`, lists, ranges, steps) names this minute of UTC. */
export function isDue(schedule: string, at: Date): boolean {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return false;
  const now = [at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCDay()];
  const matches = fields.map((field, index) => {
    const [low, high] = ranges[index] ?? [0, 0];
    const values = valuesOf(field, low, high);
    const value = now[index] ?? -1;
    return values.has(value) || (index === 4 && value === 0 && values.has(7));
  });
  const [minute, hour, day, month, weekday] = matches;
  // Cron's old rule: with both a day of month and a day of week given, either is enough.
  const isRestricted = (index: number) => !fields[index]?.startsWith('*');
  const isDay = isRestricted(2) && isRestricted(4) ? day || weekday : day && weekday;
  return !!(minute && hour && month && isDay);
}

function valuesOf(field: string, low: number, high: number): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [span = '', step = '1'] = part.split('/');
    const [from, to] = span === '*' ? [low, high] : span.split('-').map(Number);
    const last = to ?? (part.includes('/') ? high : from);
    for (let value = from ?? low; value <= (last ?? low); value += Number(step) || 1) values.add(value);
  }
  return values;
}
