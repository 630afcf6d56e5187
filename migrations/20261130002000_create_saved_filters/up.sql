-- Filters of lists that a person has saved under a name, each for one page.
CREATE TABLE saved_filter (
    id         uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    page       text NOT NULL CHECK (page LIKE '/%'),
    name       text NOT NULL CHECK (name <> ''),
    query      text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (account_id, page, name)
);
