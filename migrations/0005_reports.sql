-- Drafts of reports: what was counted for a period, at each time it was counted, and the prose that goes with it.

-- One row per version, never changed and never removed. period is as it is typed (2023-H1) or empty for two given days;
-- months is the rule that tells its months apart (nd09, calendar). campaign is empty for everything. figures, sections,
-- changes and rewritten are JSON; report is the whole report as JSON, as it was counted then.
create table report_draft (
    number    integer primary key autoincrement,
    period    text    not null,
    months    text    not null,
    from_day  integer not null,
    to_day    integer not null,
    campaign  text    not null,
    language  text    not null,
    version   integer not null,
    at        integer not null,
    by        text    not null,
    cause     text    not null,
    figures   text    not null,
    sections  text    not null,
    head_seq  integer,
    head_hash text,
    changes   text    not null,
    rewritten text    not null,
    report    text    not null,
    unique (from_day, to_day, campaign, language, version)
) strict;

create trigger report_draft_keeps_every_value before update on report_draft
begin
    select raise(abort, 'a version of a report is never changed: the next one says what is different');
end;

create trigger report_draft_keeps_every_row before delete on report_draft
begin
    select raise(abort, 'versions of reports are kept');
end;

-- Each attempt to hand a version over: by mail or into a folder. error is null if it succeeded.
create table report_delivery (
    number integer primary key autoincrement,
    draft  integer not null references report_draft (number),
    at     integer not null,
    way    text    not null,
    error  text
) strict;

create index report_delivery_draft on report_delivery (draft);
