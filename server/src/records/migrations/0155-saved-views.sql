-- Filters of lists that a person gave a name: theirs alone.
create table saved_views (
  id text constraint saved_views_pk primary key,
  actor_id text not null,
  list text not null constraint saved_views_list_known check (list in ('cases', 'findings', 'obligations', 'vehicles')),
  name text not null constraint saved_views_name_length check (char_length(name) between 1 and 60),
  query jsonb not null constraint saved_views_query_small check (octet_length(query::text) <= 4096),
  saved_at timestamptz(3) not null,
  constraint saved_views_name_unique unique (actor_id, list, name)
);
comment on column saved_views.query is 'what the address of the page holds; permission is checked when it is asked, not when it is saved';
alter table saved_views enable row level security;
alter table saved_views force row level security;
create policy saved_views_own on saved_views using (actor_id = (select actor_id())) with check (actor_id = (select actor_id()));
grant update (name, query, saved_at), delete on saved_views to sandglass_app;
