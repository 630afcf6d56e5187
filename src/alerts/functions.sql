-- Views of `alerts`.

-- Published: a quality alert and what became of it, for `withdrawals`.
CREATE VIEW published.quality_alert AS
    SELECT id, product_kind, item, region, state, first_on, last_on, closed_at
    FROM quality_alert;
