create table vehicles (
  key bigint constraint vehicles_pk primary key constraint vehicles_key_positive check (key >= 0),
  vin text not null constraint vehicles_vin_length check (length(vin) <= 68),
  registered boolean not null default false,
  organisation text constraint vehicles_organisation_fk references organisations (id),
  maker text,
  model text,
  region text constraint vehicles_region_code check (region ~ '^[0-9]{6}$'),
  powertrain text,
  details jsonb not null default '{}',
  registered_at timestamptz,
  first_seen timestamptz,
  edition text,
  link text,
  created_at timestamptz not null default now(),
  constraint vehicles_registered_complete check (not registered or (organisation is not null and registered_at is not null))
);
create index vehicles_organisation on vehicles (organisation, key);
create index vehicles_registered on vehicles (registered, key);
comment on column vehicles.vin is 'personal data: leaves the server masked unless unmasked with a logged reason; bytes of an unregistered VIN that are not printable stand as \xNN';
comment on column vehicles.key is 'keyed hash of the VIN; two VINs with one key do not occur in practice (63 bits) and are refused at registration';
alter table vehicles enable row level security;
alter table vehicles force row level security;
create policy vehicles_read on vehicles for select using (actor_sees(organisation, region));
create policy vehicles_add on vehicles for insert with check (actor_sees(organisation, region));
create policy vehicles_change on vehicles for update using (actor_sees(organisation, region)) with check (actor_sees(organisation, region));
grant update (registered, organisation, maker, model, region, powertrain, details, registered_at, first_seen, edition, link) on vehicles to sandglass_app;

create table platforms (
  id text constraint platforms_pk primary key,
  name text not null,
  organisation text not null constraint platforms_organisation_fk references organisations (id),
  username text not null constraint platforms_username_unique unique constraint platforms_username_length check (octet_length(username) between 1 and 12),
  password text not null,
  disabled boolean not null default false,
  created_at timestamptz not null default now()
);
alter table platforms enable row level security;
alter table platforms force row level security;
create policy platforms_system on platforms using (actor_is_system()) with check (actor_is_system());
create policy platforms_read on platforms for select using (
  actor_role() in ('NAT_PLATFORM', 'PLATFORM_ADMIN', 'SUPERVISOR_ALL')
  or (actor_reach() = 'organisation' and organisation = actor_organisation())
  or (actor_reach() = 'territory' and region_covers(actor_region(), (select region from organisations where id = platforms.organisation)))
);
create policy platforms_add on platforms for insert with check (actor_role() in ('NAT_PLATFORM', 'PLATFORM_ADMIN', 'SUPERVISOR_ALL'));
grant update (name, password, disabled) on platforms to sandglass_app;
