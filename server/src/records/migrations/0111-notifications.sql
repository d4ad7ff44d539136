-- Notifications: an inbox per person, what each person wants to be sent, mail and webhooks as rows that are the queue.

create index accounts_role on accounts (role) where not disabled;

-- The persons of some roles for whom a case exists: the row policy of cases, asked about others than the actor. A test compares the two.
create function case_recipients(of_case text, wanted text[]) returns table (account_id text, role text, organisation text, region text)
language sql stable as $$
  select p.id, p.role, p.organisation, p.region
  from cases c join accounts p on p.role = any (wanted) and not p.disabled
  where c.id = of_case and exists (
    select 1 from case_access a where a.kind = c.kind and a.role = p.role and case a.reach
      when 'all' then true
      when 'own' then p.organisation <> '' and p.organisation = any (c.organisations)
      when 'territory' then territory_prefix(p.region) = any (c.region_prefixes)
      when 'assigned' then p.id = any (c.assigned)
      else false end
  )
$$;
-- The notifier reads what others may see, so that it can tell them.
create policy case_access_notify on case_access for select using (actor_is_system());

create table inbox (
  id bigint generated always as identity constraint inbox_pk primary key,
  notice_id bigint not null constraint inbox_notice_fk references case_notices (id),
  account_id text not null constraint inbox_account_fk references accounts (id),
  case_id text not null constraint inbox_case_fk references cases (id),
  kind text not null,
  text_en text not null,
  text_zh text not null,
  urgent boolean not null,
  at timestamptz(3) not null,
  read_at timestamptz(3),
  constraint inbox_once unique (notice_id, account_id)
);
create index inbox_person on inbox (account_id, id desc);
create index inbox_unread on inbox (account_id) where read_at is null;
alter table inbox enable row level security;
alter table inbox force row level security;
create policy inbox_own on inbox for select using (account_id = actor_id() or actor_role() = 'system:notifier');
create policy inbox_read on inbox for update using (account_id = actor_id()) with check (account_id = actor_id());
create policy inbox_add on inbox for insert with check (actor_role() = 'system:notifier');
grant update (read_at) on inbox to sandglass_app;

create table notification_settings (
  account_id text constraint notification_settings_pk primary key constraint notification_settings_account_fk references accounts (id),
  inbox_kinds text[] not null,
  email text,
  email_kinds text[] not null,
  digest text not null constraint notification_settings_digest_known check (digest in ('none', 'hourly', 'daily')),
  language text not null constraint notification_settings_language_known check (language in ('zh', 'en')),
  changed_at timestamptz(3) not null
);
alter table notification_settings enable row level security;
alter table notification_settings force row level security;
create policy notification_settings_own on notification_settings using (account_id = actor_id()) with check (account_id = actor_id());
create policy notification_settings_notify on notification_settings for select using (actor_role() = 'system:notifier');
grant update (inbox_kinds, email, email_kinds, digest, language, changed_at) on notification_settings to sandglass_app;

create table webhooks (
  id text constraint webhooks_pk primary key,
  account_id text not null constraint webhooks_account_fk references accounts (id),
  url text not null,
  kinds text[] not null,
  algorithm text not null constraint webhooks_algorithm_known check (algorithm in ('hmac-sha256', 'ed25519')),
  created_at timestamptz(3) not null,
  disabled_at timestamptz(3),
  disabled_reason text
);
comment on table webhooks is 'addresses that persons have notices sent to; each gets what its owner would see. The secret is derived, never stored';
create index webhooks_person on webhooks (account_id);
alter table webhooks enable row level security;
alter table webhooks force row level security;
create policy webhooks_own on webhooks using (account_id = actor_id()) with check (account_id = actor_id());
create policy webhooks_notify on webhooks for select using (actor_role() = 'system:notifier');
create policy webhooks_disable on webhooks for update using (actor_role() = 'system:notifier');
grant update (disabled_at, disabled_reason) on webhooks to sandglass_app;

create table deliveries (
  id bigint generated always as identity constraint deliveries_pk primary key,
  channel text not null constraint deliveries_channel_known check (channel in ('email', 'webhook')),
  account_id text not null constraint deliveries_account_fk references accounts (id),
  webhook_id text constraint deliveries_webhook_fk references webhooks (id),
  notice_id bigint constraint deliveries_notice_fk references case_notices (id),
  event text not null,
  payload jsonb not null,
  attempts integer not null default 0,
  next_at timestamptz(3),
  done_at timestamptz(3),
  failed_at timestamptz(3),
  last_error text,
  created_at timestamptz(3) not null,
  constraint deliveries_webhook_named check ((channel = 'webhook') = (webhook_id is not null))
);
comment on column deliveries.event is 'id that every attempt carries, so that the receiver can tell a repetition';
comment on column deliveries.next_at is 'when it is tried next; null once it is done or given up';
create index deliveries_waiting on deliveries (next_at) where next_at is not null;
create index deliveries_webhook on deliveries (webhook_id, id desc) where webhook_id is not null;
alter table deliveries enable row level security;
alter table deliveries force row level security;
create policy deliveries_notify on deliveries using (actor_role() = 'system:notifier') with check (actor_role() = 'system:notifier');
create policy deliveries_own on deliveries for select using (account_id = actor_id());
create policy deliveries_test on deliveries for insert with check (account_id = actor_id());
grant update (attempts, next_at, done_at, failed_at, last_error) on deliveries to sandglass_app;
