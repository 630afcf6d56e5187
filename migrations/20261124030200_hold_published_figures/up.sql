-- Figures that the platform cannot count because they come from elsewhere (credit scores, supervision sampling, label
-- inspection, visits), as a regulator published them: by region and year, each with its source. A figure is never
-- overwritten: the row entered last counts, and what was said before stays to be read.
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
CREATE TRIGGER published_figure_when_changed BEFORE UPDATE OR DELETE ON published_figure
    FOR EACH ROW EXECUTE FUNCTION history_is_kept();
