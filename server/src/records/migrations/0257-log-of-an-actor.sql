-- The newest entries of one person or token: in the order in which the log is listed. In the order of times the index served none of its pages, and
-- the log of somebody with few entries was a walk through all of them.
create index access_log_actor_newest on access_log (actor_id, id);
drop index access_log_actor;
