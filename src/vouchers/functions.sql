-- Functions and views of `vouchers`.

-- Whether an enterprise can have a voucher of an issue for a region and kinds: it operates there, and is open on the zero-out list with one of the
-- kinds; with any kind where none is named. Called by src/vouchers/eligible.rs. Takes no locks.
CREATE FUNCTION voucher_eligible(p_enterprise uuid, p_region text, p_kinds text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM published.enterprise e
        JOIN region_scope s ON s.region = e.region AND s.scope = p_region
        JOIN published.open_nonconformity n ON n.enterprise_id = e.id
        WHERE e.id = p_enterprise AND e.operating_status = 'operating' AND e.withdrawn_at IS NULL
          AND (cardinality(p_kinds) = 0 OR n.product_kind = ANY (p_kinds)))
$$;

-- What the money of an issue came to until a day, that included, in Asia/Shanghai: from the movements alone, so a past day never changes. What is
-- open is what is left: issued = redeemed + open + expired + revoked. Called by src/vouchers/account.rs. Takes no locks.
CREATE FUNCTION voucher_account(p_issue uuid, p_day date)
RETURNS TABLE (vouchers bigint, issued bigint, redeemed bigint, expired bigint, revoked bigint) LANGUAGE sql STABLE AS $$
    SELECT count(*) FILTER (WHERE e.kind = 'issue'),
           coalesce(sum(e.amount_fen) FILTER (WHERE e.kind = 'issue'), 0)::bigint,
           (coalesce(sum(e.amount_fen) FILTER (WHERE e.kind = 'redeem'), 0)
            - coalesce(sum(e.amount_fen) FILTER (WHERE e.kind = 'reverse'), 0))::bigint,
           coalesce(sum(e.amount_fen) FILTER (WHERE e.kind = 'expire'), 0)::bigint,
           coalesce(sum(e.amount_fen) FILTER (WHERE e.kind = 'revoke'), 0)::bigint
    FROM voucher v
    JOIN voucher_entry e ON e.voucher_id = v.id
    WHERE v.issue_id = p_issue AND (e.at AT TIME ZONE 'Asia/Shanghai')::date <= p_day
$$;
