-- The as-run log and what is folded from it.
--
-- Instants are microseconds since 1970-01-01T00:00:00Z; days are days since 1970-01-01 in the station's time zone.
-- Identifiers of airings are the 16 bytes of their UUID, hashes the 32 bytes of a BLAKE3.

-- What holds for the whole file: simulated, zone, counted_from, swept_to, spill_drained.
create table meta (
    name  text primary key,
    value text not null
) strict, without rowid;

-- One row per record, never changed, never removed. hash = BLAKE3(prev || seq || at || body), see src/store/chain.rs.
-- record, airing and occurrence repeat what the body says, for the indexes.
create table log (
    seq        integer primary key,
    at         integer not null,
    record     text    not null,
    airing     blob,
    occurrence text,
    body       text    not null,
    prev       blob    not null,
    hash       blob    not null
) strict;

create index log_airing on log (airing, seq) where airing is not null;
create index log_occurrence on log (occurrence, seq) where occurrence is not null;
create index log_incident on log (at) where record = 'incident';

create trigger log_keeps_every_value before update on log
begin
    select raise(abort, 'the as-run log is append-only: a correction is a new record');
end;

create trigger log_keeps_every_row before delete on log
begin
    select raise(abort, 'the as-run log is append-only: nothing is ever deleted');
end;

-- Also stops `insert or replace`, which would pass the trigger above.
create trigger log_grows_at_its_end before insert on log
when new.seq is not (select coalesce(max(seq), 0) + 1 from log)
begin
    select raise(abort, 'the as-run log grows at its end only');
end;

-- The last row of the log, written in the same transaction: removing the newest rows leaves a mark that does not fit.
create table head (
    one  integer primary key check (one = 1),
    seq  integer not null,
    hash blob    not null
) strict;

-- How far each stretch now on air has come. Replaced every few seconds, removed when its end is in the log.
create table journal (
    airing blob    not null,
    part   integer not null,
    frames integer not null,
    start  integer not null,
    primary key (airing, part)
) strict, without rowid;

-- What airings are about; many airings share one. clip and edition are null for sound that is no clip (relay, live).
create table subject (
    number   integer primary key,
    kind     text not null,
    clip     integer,
    edition  integer,
    title    text not null,
    genre    text not null,
    topic    text not null,
    campaign text,
    source   text not null
) strict;

create index subject_item on subject (clip, edition, kind);

-- One row per airing, folded from its records by domain::airing.
create table airing (
    number        integer primary key,
    id            blob    not null unique,
    occurrence    text,
    position      integer not null,
    subject       integer not null references subject (number),
    clip          integer,
    edition       integer,
    planned_start integer not null,
    start         integer,
    ended         integer,
    -- start, or planned_start if nothing was heard: what lists are ordered by
    began         integer not null,
    frames_heard  integer not null,
    frames_total  integer not null,
    sample_rate   integer not null,
    outcome       text    not null,
    -- how the last stretch ended, as JSON; null while on air
    reason        text,
    counted       integer not null,
    heard_ms      integer not null,
    length_ms     integer not null,
    day           integer not null,
    -- 2 * (12 * year + month - 1), plus 1 from the 15th on. A month of either month rule is two of these.
    half          integer not null,
    -- 0 is Monday
    weekday       integer not null,
    corrections   integer not null,
    -- the last record of the airing
    seq           integer not null,
    hash          blob    not null
) strict;

create index airing_began on airing (began, id);
create index airing_occurrence on airing (occurrence) where occurrence is not null;
create index airing_item on airing (clip, edition, counted, began);
create index airing_open on airing (outcome) where outcome = 'on_air';
-- Covers a report: grouped in its own order, no row of the table is read.
create index airing_tally on airing (half, subject, weekday, outcome, counted, day, began, heard_ms, length_ms);

-- One row per occurrence the log speaks of.
create table occurrence (
    id            text primary key,
    planned_start integer not null,
    rundown_seq   integer,
    closed_seq    integer
) strict, without rowid;

create index occurrence_planned on occurrence (planned_start);
create index occurrence_open on occurrence (planned_start) where closed_seq is null;
