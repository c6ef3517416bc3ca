-- Choices of the log that neither its order nor the index of the reports finds: a page of them costs what is on it.

-- Few airings are ever corrected.
create index airing_corrected on airing (began, id) where corrections > 0;

-- The slot is what stands before the `@` of an occurrence's identifier.
create index airing_slot on airing (substr(occurrence, 1, instr(occurrence, '@') - 1), began, id)
    where occurrence is not null;
