import postgres, { type TransactionSql } from 'postgres';

/**
 * Dates what happened with the demo's clients back over the weeks since their clinics began, in working hours. Whoever was
 * imported was so in the first week; tasks keep to their due day.
 *
 * Only times of clients who were added within the last day are touched. The audit log, which cannot be changed, keeps telling
 * when they were really made.
 *
 * @param dbUrl a database on this machine, as its owner; the clinics are dated back already
 * @param slugs the clinics
 */
export async function spreadClinicLife(dbUrl: string, slugs: string[]): Promise<void> {
  const sql = postgres(dbUrl, { max: 1, onnotice: () => {} });
  try {
    await sql.begin(async (transaction) => {
      // As when clients are merged: rows are put into order, nothing has happened to them.
      await transaction`select set_config('chairside.keep_times', 'on', true)`;
      await defineAtWork(transaction);
      await chooseMoments(transaction, slugs);
      await moveRecords(transaction);
      await moveCatalogue(transaction, slugs);
    });
  } finally {
    await sql.end();
  }
}

/** Presses the hours of a week, in their order, into Monday to Friday from 8 to 17:30. */
async function defineAtWork(sql: TransactionSql): Promise<void> {
  await sql`
    create function pg_temp.at_work(moment timestamptz, time_zone text) returns timestamptz language sql as $$
      select (week + make_interval(days => floor(part)::integer) + interval '8 hours' + (part - floor(part)) * interval '570 minutes')
        at time zone time_zone
      from (
        select date_trunc('week', moment at time zone time_zone) as week,
          extract(epoch from moment at time zone time_zone - date_trunc('week', moment at time zone time_zone)) / 604800 * 5 as part) w
    $$`;
  // From 0 to 1, always the same for the same id.
  await sql`
    create function pg_temp.chance(id uuid, place integer) returns double precision language sql as $$
      select ('x' || substr(md5(id::text), place, 6))::bit(24)::integer / 16777216.0
    $$`;
}

async function chooseMoments(sql: TransactionSql, slugs: string[]): Promise<void> {
  await sql`
    create temporary table task_moments on commit drop as
    select k.id, k.client_id,
      pg_temp.at_work(least(coalesce(k.due_on::timestamp at time zone t.time_zone, now()), now())
        - make_interval(hours => (60 + 120 * pg_temp.chance(k.id, 1))::integer), t.time_zone) as added_at,
      case when k.completed_at is not null then
        pg_temp.at_work(least(k.due_on::timestamp at time zone t.time_zone, now()) - interval '20 hours', t.time_zone) end as completed_at
    from public.tasks k join public.tenants t on t.id = k.tenant_id
    where t.slug = any (${slugs}) and k.created_at > now() - interval '1 day'`;
  await sql`
    create temporary table client_ages on commit drop as
    select c.id as client_id, t.time_zone, i.id is not null as is_imported,
      case when i.id is not null then t.created_at + interval '4 days'
      else least(now() - (now() - t.created_at - interval '6 days') * (0.1 + 0.9 * pg_temp.chance(c.id, 1)),
        (select min(k.added_at) from task_moments k where k.client_id = c.id) - interval '5 days') end as added_at
    from public.clients c
    join public.tenants t on t.id = c.tenant_id
    left join public.client_imports i on i.tenant_id = c.tenant_id and c.created_at between i.created_at and i.finished_at
    where t.slug = any (${slugs}) and c.created_at > now() - interval '1 day' and c.merged_into is null`;
  // The first thing is that the client was added; the others follow at equal distances, the last one some time ago.
  await sql`
    create temporary table moments on commit drop as
    select a.id, a.client_id, a.kind, a.subject_id,
      case when a.kind = 'task_added' then k.added_at when a.kind = 'task_completed' then k.completed_at
      else least(now() - make_interval(mins => a.left_over::integer), pg_temp.at_work(
        g.added_at + (now() - g.added_at) * ((a.position - 1) / (a.position + a.left_over - 1 + 0.02 + pg_temp.chance(g.client_id, 7))),
        g.time_zone)) end as happened_at
    from (
      select x.id, x.client_id, x.kind, x.subject_id,
        -- All that came with an import came at once.
        rank() over (partition by x.client_id order by case when g.is_imported then date_trunc('second', x.occurred_at) end, w.turn)
          as position,
        count(*) over (partition by x.client_id) - row_number() over (partition by x.client_id order by w.turn) + 1 as left_over
      from public.activities x
      join client_ages g on g.client_id = x.client_id
      cross join lateral (
        select to_char(x.occurred_at, 'YYYY-MM-DD HH24:MI:SS.US') || (x.kind <> 'client_added')::integer as turn) w
      where x.kind not in ('client_merged', 'merge_undone')
    ) a
    join client_ages g on g.client_id = a.client_id
    left join task_moments k on k.id = a.subject_id`;
}

async function moveRecords(sql: TransactionSql): Promise<void> {
  await sql`update public.activities a set occurred_at = m.happened_at from moments m where a.id = m.id`;
  await sql`
    update public.clients c
    set created_at = f.added_at, updated_at = f.added_at, last_activity_at = l.occurred_at, last_activity_kind = l.kind,
      archived_at = case when c.archived_at is not null then coalesce(f.archived_at, c.archived_at) end
    from (
      select m.client_id, min(m.happened_at) as added_at, max(m.happened_at) filter (where m.kind = 'client_archived') as archived_at
      from moments m group by m.client_id
    ) f
    cross join lateral (
      select a.occurred_at, a.kind from public.activities a
      where a.client_id = f.client_id and a.kind <> 'client_merged' order by a.occurred_at desc, a.id desc limit 1
    ) l
    where c.id = f.client_id`;
  // Whoever edited a note did so in the time since.
  await sql`
    update public.client_note_revisions r
    set edited_at = case when r.revision = 1 then m.happened_at
      else pg_temp.at_work(m.happened_at + (now() - m.happened_at) * (r.revision - 1) / n.revision, g.time_zone) end
    from moments m join client_ages g using (client_id) join public.client_notes n on n.id = m.subject_id
    where m.kind = 'note_added' and r.note_id = n.id`;
  await sql`
    update public.client_notes n
    set created_at = m.happened_at,
      updated_at = least(now(), case when n.revision = 1 then m.happened_at
        else pg_temp.at_work(m.happened_at + (now() - m.happened_at) * (n.revision - 1) / n.revision, g.time_zone) end)
    from moments m join client_ages g using (client_id) where m.kind = 'note_added' and n.id = m.subject_id`;
  // An import tells of no notes.
  await sql`
    update public.client_notes n set created_at = g.added_at, updated_at = g.added_at
    from client_ages g where n.client_id = g.client_id and g.is_imported and not exists (
      select from moments m where m.kind = 'note_added' and m.subject_id = n.id)`;
  await sql`
    update public.tasks k
    set created_at = t.added_at, updated_at = coalesce(t.completed_at, t.added_at), completed_at = t.completed_at
    from task_moments t where k.id = t.id`;
  await sql`
    update public.client_files f set created_at = m.happened_at, stored_at = m.happened_at
    from moments m where m.kind = 'file_added' and f.id = m.subject_id`;
}

/** What is set up once was so in the clinic's first days. */
async function moveCatalogue(sql: TransactionSql, slugs: string[]): Promise<void> {
  for (const table of ['tags', 'saved_views'])
    await sql`
      update public.${sql(table)} x set created_at = t.created_at + interval '3 days'
      from public.tenants t where t.id = x.tenant_id and t.slug = any (${slugs}) and x.created_at > now() - interval '1 day'`;
  for (const table of ['providers', 'resources', 'services'])
    await sql`
      update public.${sql(table)} x set created_at = t.created_at + interval '2 days', updated_at = t.created_at + interval '2 days'
      from public.tenants t where t.id = x.tenant_id and t.slug = any (${slugs}) and x.created_at > now() - interval '1 day'`;
  await sql`
    update public.client_imports i
    set created_at = t.created_at + interval '4 days', finished_at = t.created_at + interval '4 days' + (i.finished_at - i.created_at)
    from public.tenants t where t.id = i.tenant_id and t.slug = any (${slugs}) and i.created_at > now() - interval '1 day'`;
}
