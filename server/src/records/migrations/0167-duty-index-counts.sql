-- Counts of the board are taken in the order of their groups, so that nothing is hashed or sorted; equal entries share a place.
create index duty_index_count on duty_index (scope, code, bearers, due_at);
