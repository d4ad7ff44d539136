-- What the public sees without signing in. A row exists only while both sides agree to it, and holds only what they agreed to show.
create table public_register (
  project text constraint public_register_pk primary key constraint public_register_case_fk references cases (id),
  programme text not null,
  state text not null,
  body jsonb not null,
  published_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
comment on table public_register is 'already redacted: nothing else of a project can be reached by the public';
create index public_register_order on public_register (published_at desc, project desc);
alter table public_register enable row level security;
alter table public_register force row level security;
create policy public_register_read on public_register for select using (true);
create policy public_register_show on public_register for insert with check (exists (select 1 from cases where cases.id = public_register.project));
create policy public_register_change on public_register for update using (exists (select 1 from cases where cases.id = public_register.project));
create policy public_register_hide on public_register for delete using (exists (select 1 from cases where cases.id = public_register.project));
grant update (programme, state, body, updated_at), delete on public_register to sandglass_app;

-- Complaints of anyone (R-4.23). Who complains is personal data: only those who answer read it.
create table public_complaints (
  id text constraint public_complaints_pk primary key,
  ordinal bigint generated always as identity constraint public_complaints_ordinal_unique unique,
  project text,
  subject text not null constraint public_complaints_subject_length check (length(subject) between 1 and 200),
  text text not null constraint public_complaints_text_length check (length(text) between 1 and 8000),
  contact text,
  code_hash text not null constraint public_complaints_code_unique unique,
  received_at timestamptz(3) not null,
  due_at timestamptz(3) not null,
  answer text,
  answered_by text,
  answered_role text,
  answered_at timestamptz(3),
  leaf_id text not null
);
comment on column public_complaints.code_hash is 'SHA-256 of the code with which the complainant reads the answer';
comment on column public_complaints.due_at is 'when an answer is due (P)';
create index public_complaints_open on public_complaints (due_at) where answered_at is null;
alter table public_complaints enable row level security;
alter table public_complaints force row level security;
create function complaints_read() returns boolean language sql stable parallel safe
  return actor_role() in ('SAMR', 'MIIT', 'AI_REGULATOR', 'RECALL_CENTER', 'SUPERVISOR_ALL');
create policy public_complaints_file on public_complaints for insert with check (actor_role() = 'PUBLIC' and answer is null);
create policy public_complaints_read on public_complaints for select using (complaints_read());
create policy public_complaints_answer on public_complaints for update using (complaints_read() and answered_at is null) with check (complaints_read());
grant update (answer, answered_by, answered_role, answered_at) on public_complaints to sandglass_app;

-- The answer to one complaint, for who holds its code and for nobody else.
create function complaint_answer(of_code text)
returns table (id text, received_at timestamptz, due_at timestamptz, answer text, answered_at timestamptz)
language plpgsql volatile as $$
declare
  asking constant text := actor_role();
begin
  perform set_config('sandglass.role', 'SAMR', true);
  return query select c.id, c.received_at, c.due_at, c.answer, c.answered_at from public_complaints c where c.code_hash = of_code;
  perform set_config('sandglass.role', asking, true);
end
$$;
