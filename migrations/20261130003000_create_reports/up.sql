-- The figures of the rate and of the funnel, counted as things change, so that the reports as of now take the same time however much
-- there is:
--   enterprise_figure  what each enterprise contributes, as last counted;
--   region_figure      the sums of it by the enterprises' regions;
--   figure_stale       enterprises that have changed since. Triggers only ever add rows, so nobody waits.
-- Whoever asks counts the stale enterprises again, in the same snapshot, in the place of what they contributed before: the answer is exact
-- at any moment (place_figures). A worker folds them in and so keeps them few (fold_figures).
CREATE TABLE enterprise_figure (
    enterprise_id uuid NOT NULL,
    figure        text NOT NULL,
    region        text NOT NULL,
    value         bigint NOT NULL,
    PRIMARY KEY (enterprise_id, figure)
);

CREATE TABLE region_figure (
    region text NOT NULL,
    figure text NOT NULL,
    value  bigint NOT NULL,
    PRIMARY KEY (region, figure)
);

CREATE TABLE figure_stale (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Some of those that one statement changed: a list changes those of a province at once.
    enterprise_ids uuid[] NOT NULL
);

-- A cache of what was counted of a past day. What is not here is counted from history.
CREATE TABLE past_day (
    day    date NOT NULL,
    region text NOT NULL,
    what   text NOT NULL,
    said   jsonb NOT NULL,
    PRIMARY KEY (day, region, what)
);

-- Figures that the platform cannot count because they come from elsewhere (credit scores, supervision sampling, label inspection, visits),
-- as a regulator published them: by region and year, each with its source. A figure is never overwritten: the row entered last counts,
-- and what was said before stays to be read.
CREATE TABLE published_figure (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region     text NOT NULL REFERENCES region,
    year       integer NOT NULL CHECK (year BETWEEN 1949 AND 9999),
    figure     text NOT NULL,
    value      bigint NOT NULL CHECK (value >= 0),
    source     text NOT NULL,
    entered_by uuid NOT NULL REFERENCES account,
    entered_at timestamptz NOT NULL
);
CREATE INDEX published_figure_by_region ON published_figure (region, figure, year, id);
