-- The index of messages: which messages hold a token. A token is two characters that follow each other, one ideograph, or four letters
-- and digits (src/search/tokens.rs). Messages are numbered in the order in which they were indexed; the numbers of a block stand in one
-- row for each token, and those of the block that is being filled one by one.

-- How far the numbers go. One row, which whoever adds to the index locks first.
CREATE TABLE search_progress (
    single  boolean PRIMARY KEY DEFAULT true CHECK (single),
    -- The way in which tokens are made. Another one begins anew.
    version integer NOT NULL,
    next_n  bigint NOT NULL DEFAULT 0,
    -- The first block whose numbers may still stand one by one.
    open    integer NOT NULL DEFAULT 0
);

-- Messages of one stream that follow each other, with numbers that do so.
CREATE TABLE search_run (
    n               bigint PRIMARY KEY,
    consultation_id uuid NOT NULL,
    stream          text NOT NULL,
    seq             bigint NOT NULL,
    messages        integer NOT NULL CHECK (messages > 0)
);
CREATE UNIQUE INDEX search_run_by_stream ON search_run (consultation_id, stream, seq) INCLUDE (messages);
CREATE INDEX search_run_by_consultation ON search_run (consultation_id, n) INCLUDE (messages);

-- The places within the block of the messages that hold a token: the distance of each from the one before.
CREATE TABLE search_posting (
    token  bigint NOT NULL,
    block  integer NOT NULL,
    places bytea NOT NULL,
    PRIMARY KEY (token, block)
);
ALTER TABLE search_posting ALTER COLUMN places SET STORAGE EXTERNAL;

-- The messages that hold a token, of blocks that are not packed yet.
CREATE TABLE search_recent (
    token bigint NOT NULL,
    n     bigint NOT NULL,
    PRIMARY KEY (token, n)
);
