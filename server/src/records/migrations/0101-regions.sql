-- Regions and road lists that triggers name with inside("…"). Rights: row `triggerRules` of the permission matrix.

create table regions (
  id text constraint regions_pk primary key,
  kind text not null constraint regions_kind_known check (kind in ('area', 'road')),
  name_en text not null constraint regions_name_en_length check (length(name_en) between 1 and 200),
  name_zh text not null constraint regions_name_zh_length check (length(name_zh) between 1 and 200),
  area_code text constraint regions_area_code_form check (area_code ~ '^[0-9]{6}$'),
  organisation text not null,
  shared boolean not null,
  version integer not null constraint regions_version_positive check (version > 0),
  created_by text not null,
  created_at timestamptz(3) not null,
  retired_at timestamptz(3),
  retired_by text
);
comment on column regions.organisation is 'who keeps it; empty: the system';
comment on column regions.shared is 'everybody may name it; otherwise its organisation and those who see all rules';
comment on column regions.area_code is 'GB/T 2260 code that it stands for in the limits of sandbox projects';
-- In use each name leads to one region; a retired one gives its names back.
create unique index regions_name_en on regions (lower(name_en)) where retired_at is null;
create unique index regions_name_zh on regions (lower(name_zh)) where retired_at is null;
create unique index regions_area_code on regions (area_code) where retired_at is null and area_code is not null;
alter table regions enable row level security;
alter table regions force row level security;
create policy regions_read on regions for select using (
  actor_is_system() or rules_read_all() or (actor_role() <> '' and shared)
  or (rules_propose() and organisation = actor_organisation())
);
create policy regions_add on regions for insert with check (
  actor_role() = 'system:setup' or rules_decide()
  or (rules_propose() and not shared and organisation = actor_organisation())
);
create policy regions_change on regions for update
  using (rules_decide() or (rules_propose() and not shared and organisation = actor_organisation()))
  with check (rules_decide() or (rules_propose() and not shared and organisation = actor_organisation()));
grant update (name_en, name_zh, area_code, version, retired_at, retired_by) on regions to sandglass_app;

-- Append-only: what a published version means stands here for good.
create table region_versions (
  region text not null constraint region_versions_region_fk references regions (id),
  version integer not null,
  name_en text not null,
  name_zh text not null,
  shape text not null constraint region_versions_shape_form check (shape ~ '^[0-9a-f]{64}$'),
  geometry jsonb not null,
  breadth_m double precision,
  roads jsonb not null default '[]',
  coordinate_system text not null constraint region_versions_system_known check (coordinate_system in ('WGS-84', 'GCJ-02')),
  positions integer not null,
  west double precision not null,
  south double precision not null,
  east double precision not null,
  north double precision not null,
  area_km2 double precision,
  length_km double precision,
  source text not null default '',
  made_by text not null,
  made_role text not null,
  made_at timestamptz(3) not null,
  leaf_id text,
  constraint region_versions_pk primary key (region, version)
);
comment on column region_versions.shape is 'SHA-256 of geometry and breadth: part of the identity of every trigger version that names it';
comment on column region_versions.geometry is 'GeoJSON in WGS-84, whatever was uploaded';
comment on column region_versions.coordinate_system is 'of what was uploaded';
comment on column region_versions.breadth_m is 'of roads: metres to either side that still count as on the road';
alter table region_versions enable row level security;
alter table region_versions force row level security;
create policy region_versions_read on region_versions for select using (
  actor_is_system() or region in (select id from regions)
);
create policy region_versions_add on region_versions for insert with check (
  actor_role() = 'system:setup' or (made_by = actor_id() and made_role = actor_role() and region in (select id from regions))
);

-- Which version of each region a trigger set was compiled with, by the hash of the set.
create table region_pins (
  set_hash text not null,
  region text not null,
  version integer not null,
  pinned_at timestamptz(3) not null,
  constraint region_pins_pk primary key (set_hash, region),
  constraint region_pins_version_fk foreign key (region, version) references region_versions (region, version)
);
alter table region_pins enable row level security;
alter table region_pins force row level security;
create policy region_pins_read on region_pins for select using (actor_role() <> '');
create policy region_pins_add on region_pins for insert with check (actor_is_system() or rules_decide() or rules_propose());
