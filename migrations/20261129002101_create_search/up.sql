-- How searches fold each character, and how it is read: mirrored from src/core/search/characters.txt. What folds to itself and has no
-- reading is not in it.
CREATE TABLE search_character (
    ch       text COLLATE "C" PRIMARY KEY,
    folded   text NOT NULL,
    -- The different first letters of its readings, the most usual first.
    firsts   text NOT NULL,
    -- Its readings with slashes between.
    readings text NOT NULL
);

-- Which table of characters all rows are folded by.
CREATE TABLE search_table (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    sha256 bytea NOT NULL
);

-- Kept by triggers: the folded texts with line feeds between, and how the name is read. Rows that were there before are folded when
-- search_table is first written, at the end of the migration.
ALTER TABLE enterprise ADD COLUMN search_text text NOT NULL DEFAULT '', ADD COLUMN search_readings text NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN search_text text NOT NULL DEFAULT '', ADD COLUMN search_readings text NOT NULL DEFAULT '';
ALTER TABLE expert ADD COLUMN search_text text NOT NULL DEFAULT '', ADD COLUMN search_readings text NOT NULL DEFAULT '';
ALTER TABLE consultation ADD COLUMN search_text text NOT NULL DEFAULT '';
CREATE INDEX enterprise_by_search_text ON enterprise (search_text text_pattern_ops);

-- The beginning of a report's number, folded, typed into a search.
ALTER TABLE nonconformity ADD COLUMN report_key text NOT NULL DEFAULT '';
DROP INDEX nonconformity_by_report;
CREATE INDEX nonconformity_by_report_key ON nonconformity (report_key text_pattern_ops);
