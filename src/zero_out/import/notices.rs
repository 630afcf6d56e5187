//! What the people of an enterprise are told by mail of a list that was imported.

use crate::core::fields::is_email;
use crate::core::{Language, Problem};
use crate::db::Tx;
use crate::notifications::{Recipient, outbox};
use crate::remediation::orders::ListedOrder;
use crate::zero_out::mails::Mail;
use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text as SqlText, Uuid as SqlUuid};
use uuid::Uuid;

/// A person of an enterprise of which the list says something new, and how much.
#[derive(QueryableByName)]
struct Concerned {
    #[diesel(sql_type = SqlText)]
    name: String,
    #[diesel(sql_type = SqlText)]
    email: String,
    #[diesel(sql_type = SqlText)]
    language: String,
    #[diesel(sql_type = SqlText)]
    enterprise: String,
    #[diesel(sql_type = BigInt)]
    listed: i64,
    #[diesel(sql_type = BigInt)]
    ordered: i64,
}

/// Records that are new on the list, and orders that came with it: those that open cases, and those of cases that waited for one ($1).
/// Only enterprises with an account are looked at, which are few in a first list.
const CONCERNED: &str = "WITH person AS (
        SELECT id, name, email, language, enterprise_id FROM published.account
        WHERE enterprise_id IS NOT NULL AND active AND email IS NOT NULL
    ), news AS (
        SELECT enterprise_id, count(*) FILTER (WHERE fresh) AS listed, count(*) FILTER (WHERE opens) AS ordered
        FROM import_verdict
        WHERE (fresh OR opens) AND enterprise_id IN (SELECT enterprise_id FROM person)
        GROUP BY enterprise_id
        UNION ALL
        SELECT enterprise_id, 0, count(*) FROM published.remediation_case WHERE id = ANY ($1) GROUP BY enterprise_id
    )
    SELECT p.name, p.email, p.language, e.name AS enterprise,
           sum(n.listed)::bigint AS listed, sum(n.ordered)::bigint AS ordered
    FROM news n
    JOIN person p ON p.enterprise_id = n.enterprise_id
    JOIN published.enterprise e ON e.id = n.enterprise_id
    GROUP BY p.id, p.name, p.email, p.language, e.name
    ORDER BY p.id";

/// Mails the people of the enterprises of a list that was merged by this transaction: each one mail, however many records there are.
/// `orders` are those that cases waited for.
pub fn tell_listed(tx: &mut Tx, orders: &[ListedOrder]) -> Result<(), Problem> {
    let waited: Vec<Uuid> = orders.iter().map(|order| order.case.0).collect();
    let concerned: Vec<Concerned> =
        diesel::sql_query(CONCERNED).bind::<Array<SqlUuid>, _>(waited).load(&mut *tx.conn)?;
    let link = tx.link("/records");
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let mails: Vec<(Recipient, Mail)> = concerned
        .into_iter()
        .filter(|person| is_email(&person.email))
        .map(|person| {
            let Concerned { name, email, language, enterprise, listed, ordered } = person;
            let to = Recipient { address: email, name, language: Language::from_tag(&language) };
            let (listed, ordered) = (count(listed), count(ordered));
            (to, Mail::RecordsListed { enterprise, listed, ordered, link: link.clone() })
        })
        .collect();
    outbox::enqueue_all(tx, &mails, Duration::zero())
}
