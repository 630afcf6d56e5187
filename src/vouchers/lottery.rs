//! Fixing the frame, and drawing the winners: the recipe of `programmes`, with rows of equal weight.
//!
//! The text of the frame has the columns of every frame of `docs/draws.md`, so the same script repeats it. The id of a row is made of the enterprise with
//! a salt of the issue, which is published with the draw; an enterprise finds its own id on its page.

use crate::core::Problem;
use crate::core::clock::day_text;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::secret::sha256;
use crate::db::published::enterprise;
use crate::db::schema::{voucher, voucher_application, voucher_entry, voucher_issue, voucher_tier};
use crate::db::{Command, Tx};
use crate::programmes::draw::algorithm::{Seed, Weighted, draw};
use crate::programmes::draw::frame::{hex, seed_of};
use crate::vouchers::eligible::{Missing, missing_at_frame, one_after_the_other};
use crate::vouchers::ids::{EntryId, IssueId, VoucherId};
use crate::vouchers::notices;
use crate::vouchers::state::{VoucherEntryKind, VoucherIssueStep, VoucherState, is_for_day, transition};
use crate::vouchers::store::{self, Row, not_now};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use std::fmt::Write as _;

/// The first line of the text.
const HEADER: &str = "id,regime,grade,index,weight";
/// The weight of every row, in thousandths.
const WEIGHT: u64 = 1_000;
/// Rows of one statement.
const ROWS_AT_ONCE: usize = 2_000;
/// The most applications of a frame.
const MOST_ROWS: i64 = 200_000;

/// The id of the row of an enterprise: the first 32 hexadecimal digits of SHA-256(salt, "voucher", line feed, credit code).
pub fn row_id(salt: &[u8], uscc: &str) -> String {
    let mut bytes = salt.to_vec();
    bytes.extend_from_slice(format!("voucher\n{uscc}").as_bytes());
    let mut id = hex(&sha256(&bytes));
    id.truncate(32);
    id
}

/// The text of the frame of these ids, which are in order.
pub fn frame_text(ids: &[String]) -> String {
    let mut text = format!("{HEADER}\n");
    for id in ids {
        // Writing into a text does not fail.
        let _ = writeln!(text, "{id},{WEIGHT},{WEIGHT},{WEIGHT},{WEIGHT}");
    }
    text
}

/// The ids that a text of a frame names, in its order.
pub fn frame_ids(text: &str) -> Vec<String> {
    let lines = text.lines().skip(1);
    lines.filter_map(|line| line.split(',').next()).map(str::to_owned).collect()
}

/// The places in the frame of those who win, the first one first.
pub fn winners(seed: &Seed, ids: &[String], wanted: usize) -> Vec<usize> {
    let rows: Vec<Weighted<'_>> = ids.iter().map(|id| Weighted { id, weight: WEIGHT }).collect();
    draw(seed, &rows, wanted)
}

/// Fixes the frame: everybody who has applied and still can have a voucher, once the last day of applications has passed. Its text and its SHA-256 are
/// published before there is a seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FreezeFrame {
    /// The issue.
    pub id: IssueId,
}

impl Command for FreezeFrame {
    type Output = IssueId;
    const NAME: &'static str = "freeze_voucher_frame";

    fn run(&self, tx: &mut Tx) -> Result<IssueId, Problem> {
        use voucher_application as a;
        use voucher_issue as v;
        let row = store::load_managed(tx, self.id)?;
        let to = transition(row.state, VoucherIssueStep::Freeze)?;
        if tx.today() <= row.apply_until {
            let until = day_text(row.apply_until);
            return Err(not_now(
                format!("申请期至{}止，期满后方可固定名单", until.zh),
                format!("applications are taken until {}; the frame is fixed after that day", until.en),
            ));
        }
        one_after_the_other(&mut tx.conn)?;
        let applied: Vec<(EnterpriseId, bool)> = a::table
            .filter(a::issue_id.eq(row.id))
            .order(a::enterprise_id)
            .limit(MOST_ROWS)
            .select((a::enterprise_id, a::withdrawn_at.is_not_null()))
            .load(&mut *tx.conn)?;
        let codes = codes(tx, &applied)?;
        let mut ids = Vec::new();
        for (enterprise, withdrawn) in applied {
            let missing = match withdrawn {
                true => Some("withdrawn"),
                false => missing_at_frame(&mut tx.conn, &row, enterprise)?.map(|missing| match missing {
                    Missing::NotOpen => "not_eligible",
                    Missing::Limit => "limit",
                }),
            };
            let code = codes.get(&enterprise).filter(|_| missing.is_none());
            let id = code.map(|code| row_id(&row.salt, code));
            diesel::update(a::table.find((row.id, enterprise)))
                .set((a::row_id.eq(&id), a::left_out.eq(missing)))
                .execute(&mut *tx.conn)?;
            ids.extend(id);
        }
        ids.sort();
        let text = frame_text(&ids);
        let digest = sha256(text.as_bytes());
        let rows = i32::try_from(ids.len()).unwrap_or(i32::MAX);
        diesel::update(v::table.find(row.id))
            .set((
                v::state.eq(to),
                v::frame.eq(&text),
                v::frame_sha256.eq(&digest),
                v::frame_rows.eq(rows),
                v::framed_at.eq(tx.now),
                v::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, VoucherIssueStep::Freeze, None)?;
        store::audit(tx, &row, Self::NAME, json!({ "rows": rows, "sha256": hex(&digest) }))?;
        Ok(row.id)
    }
}

/// The credit codes of those who applied.
fn codes(tx: &mut Tx, applied: &[(EnterpriseId, bool)]) -> Result<HashMap<EnterpriseId, String>, Problem> {
    let mut codes = HashMap::new();
    for part in applied.chunks(ROWS_AT_ONCE) {
        let ids: Vec<EnterpriseId> = part.iter().map(|(id, _)| *id).collect();
        let rows: Vec<(EnterpriseId, String)> = enterprise::table
            .filter(enterprise::id.eq_any(ids))
            .select((enterprise::id, enterprise::uscc))
            .load(&mut *tx.conn)?;
        codes.extend(rows);
    }
    Ok(codes)
}

/// Draws the winners of a fixed frame, once. The first ones get the greatest amounts. They are notified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrawWinners {
    /// The issue.
    pub id: IssueId,
    /// The seed, 64 hexadecimal digits, where a public event gives it; the system draws it where none was named.
    pub seed: Option<String>,
}

impl DrawWinners {
    fn seed(&self, row: &Row) -> Result<Seed, Problem> {
        let given = self.seed.as_deref().map(str::trim).filter(|seed| !seed.is_empty());
        let mut fields = Fields::new();
        let seed = match (given, &row.seed_event) {
            (Some(text), Some(_)) => {
                let seed = seed_of(text);
                fields.require(
                    seed.is_some(),
                    "/seed",
                    "须为 64 位十六进制数字",
                    "must be 64 hexadecimal digits",
                );
                seed.unwrap_or([0; 32])
            }
            (None, Some(_)) => {
                fields.fault(
                    "/seed",
                    "本批已公布由公开事件给出种子，须填写",
                    "is needed: the issue was announced with a seed from a public event",
                );
                [0; 32]
            }
            (Some(_), None) => {
                fields.fault(
                    "/seed",
                    "本批未公布公开事件，种子由系统产生，不能填写",
                    "must not be given, since no public event was named; the system draws it",
                );
                [0; 32]
            }
            (None, None) => {
                let mut seed = [0; 32];
                getrandom::fill(&mut seed)?;
                seed
            }
        };
        fields.done()?;
        Ok(seed)
    }
}

/// A winner: its place, its row, and the amount.
struct Won {
    ordinal: i32,
    row_id: String,
    enterprise: EnterpriseId,
    amount: i64,
}

/// Who wins what: the amounts from the greatest on, to the rows in the order in which they are drawn.
fn won(tx: &mut Tx, row: &Row, seed: &Seed) -> Result<Vec<Won>, Problem> {
    use voucher_application as a;
    use voucher_tier as t;
    let text: Option<String> =
        voucher_issue::table.find(row.id).select(voucher_issue::frame).first(&mut *tx.conn)?;
    let ids = frame_ids(text.as_deref().unwrap_or_default());
    let tiers: Vec<(i64, i32)> = t::table
        .filter(t::issue_id.eq(row.id))
        .order(t::ordinal)
        .select((t::amount_fen, t::count))
        .load(&mut *tx.conn)?;
    let amounts: Vec<i64> = tiers
        .iter()
        .flat_map(|(amount, count)| std::iter::repeat_n(*amount, usize::try_from(*count).unwrap_or(0)))
        .collect();
    let who: Vec<(Option<String>, EnterpriseId)> = a::table
        .filter(a::issue_id.eq(row.id))
        .filter(a::row_id.is_not_null())
        .select((a::row_id, a::enterprise_id))
        .load(&mut *tx.conn)?;
    let who: HashMap<String, EnterpriseId> =
        who.into_iter().filter_map(|(row, id)| row.map(|row| (row, id))).collect();
    let drawn = winners(seed, &ids, amounts.len());
    let mut found = Vec::with_capacity(drawn.len());
    for ((ordinal, place), amount) in (1_i32..).zip(drawn).zip(amounts) {
        let row_id =
            ids.get(place).cloned().ok_or_else(|| Problem::internal("a place outside of the frame"))?;
        let enterprise =
            who.get(&row_id).copied().ok_or_else(|| Problem::internal("a row of the frame is nobody's"))?;
        found.push(Won { ordinal, row_id, enterprise, amount });
    }
    Ok(found)
}

impl Command for DrawWinners {
    type Output = IssueId;
    const NAME: &'static str = "draw_vouchers";

    fn run(&self, tx: &mut Tx) -> Result<IssueId, Problem> {
        use voucher as c;
        use voucher_issue as v;
        let row = store::load_managed(tx, self.id)?;
        let to = transition(row.state, VoucherIssueStep::Draw)?;
        if !is_for_day(row.state, VoucherIssueStep::Draw, row.valid_until, tx.today()) {
            let until = day_text(row.valid_until);
            return Err(not_now(
                format!("检测券有效期至{}，现已届满，不能摇号；可以撤销本批", until.zh),
                format!("the last day of its vouchers, {}, has passed; give the issue up", until.en),
            ));
        }
        let seed = self.seed(&row)?;
        let won = won(tx, &row, &seed)?;
        diesel::update(v::table.find(row.id))
            .set((
                v::state.eq(to),
                v::seed.eq(seed.to_vec()),
                v::drawn_at.eq(tx.now),
                v::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let (by, now) = (tx.actor.account(), tx.now);
        let mut told = Vec::with_capacity(won.len());
        for part in won.chunks(ROWS_AT_ONCE) {
            let ids: Vec<VoucherId> = part.iter().map(|_| VoucherId::new()).collect();
            let rows: Vec<_> = part
                .iter()
                .zip(&ids)
                .map(|(won, id)| {
                    (
                        c::id.eq(*id),
                        c::issue_id.eq(row.id),
                        c::ordinal.eq(won.ordinal),
                        c::row_id.eq(&won.row_id),
                        c::enterprise_id.eq(won.enterprise),
                        c::amount_fen.eq(won.amount),
                        c::rest_fen.eq(won.amount),
                        c::state.eq(VoucherState::Open),
                        c::expires_on.eq(row.valid_until),
                        c::won_at.eq(now),
                        c::updated_at.eq(now),
                    )
                })
                .collect();
            diesel::insert_into(c::table).values(rows).execute(&mut *tx.conn)?;
            let entries: Vec<_> = part
                .iter()
                .zip(&ids)
                .map(|(won, id)| {
                    (
                        voucher_entry::id.eq(EntryId::new()),
                        voucher_entry::voucher_id.eq(*id),
                        voucher_entry::ordinal.eq(1),
                        voucher_entry::kind.eq(VoucherEntryKind::Issue),
                        voucher_entry::amount_fen.eq(won.amount),
                        voucher_entry::account_id.eq(by),
                        voucher_entry::at.eq(now),
                    )
                })
                .collect();
            diesel::insert_into(voucher_entry::table).values(entries).execute(&mut *tx.conn)?;
            told.extend(part.iter().zip(ids).map(|(won, id)| (won.enterprise, id, won.amount)));
        }
        store::step(tx, &row, VoucherIssueStep::Draw, None)?;
        store::audit(tx, &row, Self::NAME, json!({ "drawn": told.len(), "seed": hex(&seed) }))?;
        notices::won(tx, &row, &told)?;
        Ok(row.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(count: usize) -> Vec<String> {
        let mut ids: Vec<String> =
            (0..count).map(|n| row_id(b"salt", &format!("91440101MA5{n:07}"))).collect();
        ids.sort();
        ids
    }

    #[test]
    fn a_frame_is_read_back_and_drawn_the_same() {
        let ids = ids(50);
        let text = frame_text(&ids);
        assert_eq!(frame_ids(&text), ids);
        assert_eq!(text.lines().count(), 51);
        let first = winners(&[7; 32], &ids, 10);
        assert_eq!(first.len(), 10);
        assert_eq!(first, winners(&[7; 32], &frame_ids(&text), 10));
        assert_eq!(first[..3], winners(&[7; 32], &ids, 3));
        assert_ne!(first, winners(&[8; 32], &ids, 10));
        assert_eq!(winners(&[7; 32], &ids, 80).len(), 50, "no more than have applied");
    }

    #[test]
    fn an_id_names_nobody_without_the_salt() {
        assert_eq!(row_id(b"salt", "A").len(), 32);
        assert_ne!(row_id(b"salt", "A"), row_id(b"other", "A"));
    }
}
