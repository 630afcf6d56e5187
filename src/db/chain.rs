//! The audit's hash chains: how a row is linked to the one before it and sealed.
//!
//! There are [`LANES`] chains; a row's subject decides in which one it is, so that all that was done to one thing is in
//! one. A command gathers its rows and links them as the last thing before its commit: a lane's head is locked no longer than
//! a commit takes, and commands on other lanes do not wait at all.
//!
//! A row's `hash` is SHA-256 over the hash before it and its content, its `seal` an HMAC-SHA256 over both. The key is
//! not in the database: whoever can write there can neither forge a row nor the head that says where a lane ends.

use crate::core::Problem;
use crate::db::schema::{audit_entry, audit_head};
use crate::db::settings::AuditSettings;
use crate::settings::{Settings, SigningKey, TokenKeys};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many chains there are.
pub const LANES: u8 = 16;

/// What a row of the audit says.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_entry, check_for_backend(Pg))]
pub struct Entry {
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// The account that acted.
    pub actor_id: Option<Uuid>,
    /// The role in which it acted.
    pub actor_role: String,
    /// The command, or the step.
    pub action: String,
    /// What kind of thing it was done to.
    pub subject_type: String,
    /// Its id.
    pub subject_id: Option<Uuid>,
    /// The region whose regulators see the row.
    pub region: Option<String>,
    /// The request that it came by.
    pub request_id: Option<Uuid>,
    /// Particulars of the action, as JSON.
    pub data: Value,
}

/// The last row of a lane.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_head, check_for_backend(Pg))]
pub struct Head {
    /// Number of the lane.
    pub lane: i32,
    /// Number of its last row; 0 where there is none.
    pub seq: i64,
    /// Hash of that row; zeros where there is none.
    pub hash: Vec<u8>,
    /// The head's own seal; none before the first row.
    pub seal: Option<Vec<u8>>,
}

/// Where the lanes end now, in their order.
///
/// # Errors
/// When the database can't be asked.
pub fn heads(conn: &mut PgConnection) -> QueryResult<Vec<Head>> {
    audit_head::table.order(audit_head::lane).select(Head::as_select()).load(conn)
}

/// The position of a row, and what links and seals it: id, lane, number in the lane, hash, seal.
pub type Place = (i64, Option<i32>, Option<i64>, Option<Vec<u8>>, Option<Vec<u8>>);

/// The rows of a lane behind a number, in their order, at most so many.
///
/// # Errors
/// When the database can't be asked.
pub fn rows_after(
    conn: &mut PgConnection,
    lane: i32,
    seq: i64,
    most: i64,
) -> QueryResult<Vec<(Place, Entry)>> {
    audit_entry::table
        .filter(audit_entry::lane.eq(lane))
        .filter(audit_entry::seq.gt(seq))
        .order(audit_entry::seq)
        .limit(most)
        .select((
            (audit_entry::id, audit_entry::lane, audit_entry::seq, audit_entry::hash, audit_entry::seal),
            Entry::as_select(),
        ))
        .load(conn)
}

impl Entry {
    /// The lane of the row.
    pub fn lane(&self) -> i32 {
        let last = self.subject_id.map_or(0, |id| *id.as_bytes().last().unwrap_or(&0));
        i32::from(last % LANES)
    }

    /// The row as bytes, the same however it was written or read: a JSON array with sorted keys.
    pub fn content(&self, lane: i32, seq: i64) -> Vec<u8> {
        let Self { at, actor_id, actor_role, action, subject_type, subject_id, region, request_id, data } =
            self;
        let at = at.timestamp_micros();
        json!([
            lane,
            seq,
            at,
            actor_id,
            actor_role,
            action,
            subject_type,
            subject_id,
            region,
            request_id,
            data
        ])
        .to_string()
        .into_bytes()
    }
}

/// The hash of a row.
pub fn link(before: &[u8], content: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(before).chain_update(content).finalize().to_vec()
}

/// The keys of the seals: those of `[audit]`, or where there are none, those of `[auth]`.
pub fn keys(settings: &Settings) -> &[SigningKey] {
    let own = &settings.section::<AuditSettings>().keys;
    if own.is_empty() { &settings.section::<TokenKeys>().keys } else { own }
}

fn mac(key: &SigningKey, what: &str, parts: [&[u8]; 2]) -> Result<Hmac<Sha256>, Problem> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.secret.expose().as_bytes()).map_err(Problem::internal)?;
    mac.update(format!("zerodesk audit {what}\n").as_bytes());
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    Ok(mac)
}

/// What a seal is put on.
#[derive(Debug, Clone, Copy)]
pub enum Sealed<'a> {
    /// A row: its hash and its content.
    Row(&'a [u8], &'a [u8]),
    /// A head.
    Head(&'a Head),
}

impl Sealed<'_> {
    fn mac(self, key: &SigningKey) -> Result<Hmac<Sha256>, Problem> {
        match self {
            Self::Row(hash, content) => mac(key, "row", [hash, content]),
            Self::Head(head) => {
                mac(key, "head", [&head.hash, format!("{}:{}", head.lane, head.seq).as_bytes()])
            }
        }
    }

    /// The seal under the first key.
    ///
    /// # Errors
    /// 500 where there is no key.
    pub fn seal(self, keys: &[SigningKey]) -> Result<Vec<u8>, Problem> {
        let key = keys.first().ok_or_else(|| Problem::internal("no key to seal the audit with"))?;
        Ok(self.mac(key)?.finalize().into_bytes().to_vec())
    }

    /// Whether a seal is of one of the keys.
    pub fn is_of(self, keys: &[SigningKey], seal: &[u8]) -> bool {
        keys.iter().any(|key| self.mac(key).is_ok_and(|mac| mac.verify_slice(seal).is_ok()))
    }
}

/// Links rows to the ends of their lanes and writes them.
///
/// # Errors
/// When the database refuses.
pub fn append(conn: &mut PgConnection, keys: &[SigningKey], entries: Vec<Entry>) -> Result<(), Problem> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut heads = lock(conn, entries.iter().map(Entry::lane))?;
    for entry in entries {
        let (head, seal) = advance(&mut heads, &entry, keys)?;
        diesel::insert_into(audit_entry::table)
            .values((
                entry,
                audit_entry::lane.eq(head.lane),
                audit_entry::seq.eq(head.seq),
                audit_entry::hash.eq(&head.hash),
                audit_entry::seal.eq(seal),
            ))
            .execute(conn)?;
    }
    store(conn, &heads, keys)
}

/// Takes the rows from before the chain into it, in their order. Does nothing once anything is chained: a row that turns up
/// unchained then is no row of ours.
///
/// # Errors
/// When the database refuses.
pub fn adopt(conn: &mut PgConnection, keys: &[SigningKey]) -> Result<usize, Problem> {
    conn.transaction(|conn| {
        let mut heads = lock(conn, (0..LANES).map(i32::from))?;
        if heads.values().any(|head| head.seq > 0 || head.seal.is_some()) {
            return Ok(0);
        }
        let rows: Vec<(i64, Entry)> = audit_entry::table
            .filter(audit_entry::lane.is_null())
            .order(audit_entry::id)
            .select((audit_entry::id, Entry::as_select()))
            .load(conn)?;
        let count = rows.len();
        for (id, entry) in rows {
            let (head, seal) = advance(&mut heads, &entry, keys)?;
            diesel::update(audit_entry::table.find(id))
                .set((
                    audit_entry::lane.eq(head.lane),
                    audit_entry::seq.eq(head.seq),
                    audit_entry::hash.eq(&head.hash),
                    audit_entry::seal.eq(seal),
                ))
                .execute(conn)?;
        }
        store(conn, &heads, keys)?;
        Ok(count)
    })
}

/// Locks the heads of lanes, in one order for everyone.
fn lock(conn: &mut PgConnection, lanes: impl Iterator<Item = i32>) -> Result<BTreeMap<i32, Head>, Problem> {
    let heads: Vec<Head> = audit_head::table
        .filter(audit_head::lane.eq_any(lanes.collect::<Vec<_>>()))
        .order(audit_head::lane)
        .for_update()
        .select(Head::as_select())
        .load(conn)?;
    Ok(heads.into_iter().map(|head| (head.lane, head)).collect())
}

/// Moves the head of an entry's lane on to it; gives the head with the entry's seal.
fn advance<'a>(
    heads: &'a mut BTreeMap<i32, Head>,
    entry: &Entry,
    keys: &[SigningKey],
) -> Result<(&'a Head, Vec<u8>), Problem> {
    let lane = entry.lane();
    let head =
        heads.get_mut(&lane).ok_or_else(|| Problem::internal(format!("the audit has no lane {lane}")))?;
    head.seq = head.seq.saturating_add(1);
    let content = entry.content(lane, head.seq);
    head.hash = link(&head.hash, &content);
    let seal = Sealed::Row(&head.hash, &content).seal(keys)?;
    Ok((head, seal))
}

fn store(conn: &mut PgConnection, heads: &BTreeMap<i32, Head>, keys: &[SigningKey]) -> Result<(), Problem> {
    for head in heads.values() {
        diesel::update(audit_head::table.find(head.lane))
            .set((
                audit_head::seq.eq(head.seq),
                audit_head::hash.eq(&head.hash),
                audit_head::seal.eq(Sealed::Head(head).seal(keys)?),
            ))
            .execute(conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(action: &str, data: Value) -> Entry {
        Entry {
            at: "2021-10-08T01:02:03.000004Z".parse().unwrap(),
            actor_id: None,
            actor_role: "system".to_owned(),
            action: action.to_owned(),
            subject_type: "account".to_owned(),
            subject_id: None,
            region: None,
            request_id: None,
            data,
        }
    }

    #[test]
    fn the_content_of_a_row_is_fixed() {
        let row = entry("log_in", json!({ "b": 1, "a": "甲" }));
        let text = String::from_utf8(row.content(3, 7)).unwrap();
        assert_eq!(
            text,
            r#"[3,7,1633654923000004,null,"system","log_in","account",null,null,null,{"a":"甲","b":1}]"#
        );
        let hash = link(&[0; 32], text.as_bytes());
        // `printf` of 32 zero bytes and the text, through sha256sum.
        assert_eq!(hash, Sha256::digest([vec![0; 32], text.into_bytes()].concat()).to_vec());
    }

    proptest! {
        #[test]
        fn another_row_has_another_hash_and_no_seal_fits_it(
            action in "[a-z]{1,8}", other in "[a-z]{1,8}", seq in 1..9i64, then in 1..9i64
        ) {
            prop_assume!((&action, seq) != (&other, then));
            let settings = Settings::default();
            let keys = keys(&settings);
            let (one, two) = (entry(&action, json!({})).content(0, seq), entry(&other, json!({})).content(0, then));
            let (a, b) = (link(&[7; 32], &one), link(&[7; 32], &two));
            prop_assert_ne!(&a, &b);
            let seal = Sealed::Row(&a, &one).seal(keys).unwrap();
            prop_assert!(Sealed::Row(&a, &one).is_of(keys, &seal));
            prop_assert!(!Sealed::Row(&b, &two).is_of(keys, &seal));
            prop_assert!(!Sealed::Row(&a, &two).is_of(keys, &seal));
        }
    }
}
