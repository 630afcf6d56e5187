//! Made-up experts for the batch plan. The test of its export compiles this file, too.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Timestamptz};
use zerodesk::core::Problem;

/// Adds made-up experts who are approved, the same for the same number: three kinds and a class each,
/// one district, capacities from `least` to three times that.
///
/// # Errors
/// When the database refuses.
pub fn add_experts(
    conn: &mut PgConnection,
    count: i32,
    least: i32,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), Problem> {
    for statement in [
        "INSERT INTO expert (id, name, title, email, languages, capacity, vetting, available, applied_at, updated_at)
         SELECT md5('expert' || n)::uuid, '专家' || n, '高级工程师', 'expert' || n || '@example.com', '{zh-CN}',
                $2 + ('x' || substr(md5('c' || n), 1, 6))::bit(24)::int % (2 * $2), 'approved', true, $3, $3
         FROM generate_series(1, $1) n",
        "INSERT INTO account (id, username, password_hash, role, name, language, expert_id, active, created_at)
         SELECT md5('account' || n)::uuid, 'made-up-expert-' || n, '-', 'expert', '专家' || n, 'zh-CN',
                md5('expert' || n)::uuid, $2 > 0, $3
         FROM generate_series(1, $1) n",
        "INSERT INTO expert_specialty (expert_id, ordinal, product_kind, product_class, level, items)
         SELECT md5('expert' || n)::uuid, o, CASE WHEN o < 4 THEN k.code END, CASE WHEN o = 4 THEN k.class END,
                1 + (n + o) % 3, CASE WHEN $2 > 0 AND o = 1 AND $3 IS NOT NULL THEN '{耐热}'::text[] ELSE '{}' END
         FROM generate_series(1, $1) n, generate_series(1, 4) o,
              (SELECT code, class, row_number() OVER (ORDER BY code) - 1 AS at, count(*) OVER () AS kinds
               FROM product_kind) k
         WHERE k.at = ('x' || substr(md5('s' || n || '-' || o), 1, 6))::bit(24)::int % k.kinds",
        "INSERT INTO expert_region (expert_id, region)
         SELECT md5('expert' || n)::uuid, r.code
         FROM generate_series(1, $1) n,
              (SELECT code, row_number() OVER (ORDER BY code) - 1 AS at, count(*) OVER () AS regions
               FROM region WHERE level = 'district') r
         WHERE $2 > 0 AND $3 IS NOT NULL
           AND r.at = ('x' || substr(md5('r' || n), 1, 6))::bit(24)::int % r.regions",
    ] {
        diesel::sql_query(statement)
            .bind::<Integer, _>(count)
            .bind::<Integer, _>(least)
            .bind::<Timestamptz, _>(now)
            .execute(conn)?;
    }
    Ok(())
}
