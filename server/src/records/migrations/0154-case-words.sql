-- Full-text search over cases. `@@` is not leakproof, so a row policy keeps it from the index: the application never searches
-- this table by itself. It asks `matching_cases`, which runs as the owner (whose policy is constant) and gives back only cases
-- that `case_index` shows the actor; reading a row, the application is bound by the same matrix.
create table case_words (
  case_id text constraint case_words_pk primary key constraint case_words_case_fk references cases (id),
  words tsvector not null
);
comment on column case_words.words is 'words of packages/casework/src/search; those of fields with readers of their own begin with ~kind@version.field:';
-- A search reads the pending list from end to end: kept short.
create index case_words_words on case_words using gin (words) with (gin_pending_list_limit = 256);
alter table case_words enable row level security;
alter table case_words force row level security;
revoke insert on case_words from sandglass_app;
create policy case_words_owner on case_words to current_user using (true) with check (true);
create policy case_words_read on case_words for select to sandglass_app using (
  (select actor_sees_every_case()) or exists (select 1 from case_index where case_index.case_id = case_words.case_id offset 0)
);

-- Adds words to a case that the actor may write. @param fresh: instead of the words it has
create function add_case_words(of_case text, added text[], fresh boolean) returns void language plpgsql security definer set search_path = public as $$
begin
  if not exists (select 1 from cases where id = of_case) then
    return;
  end if;
  insert into case_words as known (case_id, words) values (of_case, array_to_tsvector(added))
  on conflict (case_id) do update set words = case when fresh then excluded.words else known.words || excluded.words end
    where fresh or not tsvector_to_array(known.words) @> added;
end $$;

-- At most `at_most` cases with the words that the actor may see, found through the index. `matched` is how many of all cases
-- were looked at: when it reaches `at_most`, there may be more.
create function matching_cases(asked tsquery, at_most integer) returns table (found text[], matched integer)
  language plpgsql stable security definer set search_path = public set enable_seqscan = off as $$
begin
  return query
    with hit as materialized (select w.case_id from case_words w where w.words @@ asked limit at_most)
    select
      coalesce(array_agg(hit.case_id) filter (where (select actor_sees_every_case())
        or exists (select 1 from case_index x where x.case_id = hit.case_id offset 0)), '{}'),
      count(*)::integer
    from hit;
end $$;
revoke execute on function add_case_words(text, text[], boolean), matching_cases(tsquery, integer) from public;
grant execute on function add_case_words(text, text[], boolean), matching_cases(tsquery, integer) to sandglass_app;

-- Findings are searched by the titles of the triggers, of which there are few.
create index findings_version on findings (version_hash, ordinal);
