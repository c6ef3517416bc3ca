-- What the return feeds say of an airing: heard, not_heard or unsure; null where there is no return feed.
alter table airing add column proof text;

-- Few airings are not heard.
create index airing_not_heard on airing (began, id) where proof = 'not_heard';

-- A station that comes up asks what its return feeds said last.
create index log_proof on log (seq) where record = 'proof';
