//! Proving that the audit is as it was written.
//!
//! What is found: a row that was changed, removed (the last ones too) or put in, and a head that was moved, unless whoever
//! did it knows the key. What is not: that the whole database, heads and all, was put back to an earlier state. For that,
//! keep the output of `audit heads` elsewhere and give it to `audit verify --heads`.

use crate::core::Problem;
use crate::db::chain::{self, Head, Sealed, link};
use crate::db::published::audit_entry;
use crate::settings::SigningKey;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows that are read at a time.
const BATCH: i64 = 5_000;

/// What is wrong with a part of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// A row does not say what was written.
    Changed {
        /// Its id.
        id: i64,
        /// Its lane.
        lane: i32,
        /// Its number.
        seq: i64,
    },
    /// Rows are gone.
    Removed {
        /// Their lane.
        lane: i32,
        /// The first number.
        from: i64,
        /// The last number.
        to: i64,
    },
    /// A row was not written by ZeroDesk.
    Inserted {
        /// Its id.
        id: i64,
    },
    /// Where a lane ends was changed, or put back.
    Head {
        /// The lane.
        lane: i32,
    },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changed { id, lane, seq } => write!(f, "row {id} (lane {lane}, number {seq}) was changed"),
            Self::Removed { lane, from, to } if from == to => {
                write!(f, "lane {lane}: row number {from} was removed")
            }
            Self::Removed { lane, from, to } => {
                write!(f, "lane {lane}: rows number {from} to {to} were removed")
            }
            Self::Inserted { id } => write!(f, "row {id} was inserted"),
            Self::Head { lane } => write!(f, "lane {lane}: its end was changed"),
        }
    }
}

/// Where a lane ended at some time, to be kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedHead {
    /// Number of the lane.
    pub lane: i32,
    /// Number of its last row.
    pub seq: i64,
    /// Hash of that row, in hexadecimal digits.
    pub hash: String,
}

/// Result of the verification.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Rows that were read.
    pub rows: u64,
    /// All that is wrong.
    pub faults: Vec<Fault>,
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the lanes end now.
///
/// # Errors
/// When the database can't be asked.
pub fn heads(conn: &mut PgConnection) -> Result<Vec<RecordedHead>, Problem> {
    let heads = chain::heads(conn)?;
    Ok(heads.into_iter().map(|h| RecordedHead { lane: h.lane, seq: h.seq, hash: hex(&h.hash) }).collect())
}

/// Reads the whole audit in one snapshot and checks every row against its lane, and the lanes' ends against heads that
/// were kept elsewhere.
///
/// # Errors
/// When the database can't be asked.
pub fn verify(
    conn: &mut PgConnection,
    keys: &[SigningKey],
    kept: &[RecordedHead],
) -> Result<Report, Problem> {
    conn.build_transaction().read_only().repeatable_read().run(|conn| {
        let mut report = Report::default();
        let heads = chain::heads(conn)?;
        for lane in 0..i32::from(crate::db::chain::LANES) {
            let kept: Vec<&RecordedHead> = kept.iter().filter(|head| head.lane == lane).collect();
            match heads.iter().find(|head| head.lane == lane) {
                Some(head) => check_lane(conn, head, keys, &kept, &mut report)?,
                None => report.faults.push(Fault::Head { lane }),
            }
        }
        // No row is outside of the chain.
        let strays: Vec<i64> = audit_entry::table
            .filter(audit_entry::lane.is_null())
            .order(audit_entry::id)
            .select(audit_entry::id)
            .load(conn)?;
        report.rows = report.rows.saturating_add(u64::try_from(strays.len()).unwrap_or(0));
        report.faults.extend(strays.into_iter().map(|id| Fault::Inserted { id }));
        Ok(report)
    })
}

fn check_lane(
    conn: &mut PgConnection,
    head: &Head,
    keys: &[SigningKey],
    kept: &[&RecordedHead],
    report: &mut Report,
) -> Result<(), Problem> {
    let lane = head.lane;
    let sealed = match &head.seal {
        Some(seal) => Sealed::Head(head).is_of(keys, seal),
        None => head.seq == 0 && head.hash.iter().all(|byte| *byte == 0),
    };
    let (mut last, mut before) = (0_i64, Some(vec![0; 32]));
    loop {
        let rows = chain::rows_after(conn, lane, last, BATCH)?;
        let full = i64::try_from(rows.len()).is_ok_and(|n| n == BATCH);
        for ((id, _, seq, hash, seal), entry) in rows {
            report.rows = report.rows.saturating_add(1);
            let (seq, hash, seal) = (seq.unwrap_or(0), hash.unwrap_or_default(), seal.unwrap_or_default());
            if seq > last.saturating_add(1) {
                report.faults.push(Fault::Removed { lane, from: last + 1, to: seq - 1 });
                before = None;
            }
            let content = entry.content(lane, seq);
            // Behind a gap the hash can't be counted again, but the seal holds the content, too.
            let linked = before.as_ref().is_none_or(|before| link(before, &content) == hash);
            if !Sealed::Row(&hash, &content).is_of(keys, &seal) || !linked {
                let beyond = sealed && seq > head.seq;
                report.faults.push(if beyond {
                    Fault::Inserted { id }
                } else {
                    Fault::Changed { id, lane, seq }
                });
                // The row after it is linked to the hash that it had; its own seal shows whether it was changed.
                before = None;
            } else {
                before = Some(hash.clone());
            }
            if kept.iter().any(|kept| kept.seq == seq && kept.hash != hex(&hash)) {
                report.faults.push(Fault::Head { lane });
            }
            last = seq;
        }
        if !full {
            break;
        }
    }
    let ends = before.as_ref().is_none_or(|hash| *hash == head.hash) && head.seq <= last;
    if head.seq > last {
        report.faults.push(Fault::Removed { lane, from: last + 1, to: head.seq });
    }
    if !sealed || (!ends && head.seq == last) || (head.seq < last && before.is_some()) {
        report.faults.push(Fault::Head { lane });
    }
    if let Some(lost) = kept.iter().map(|kept| kept.seq).filter(|seq| *seq > last).max() {
        report.faults.push(Fault::Removed { lane, from: last + 1, to: lost });
    }
    Ok(())
}
