//! What a support programme costs the public, and the fees that hospitals take in it. In fen, as whole numbers.

use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::officer_steps::{officer, reason};
use crate::db::schema::support_amount;
use crate::db::{Command, Tx};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::{ProgrammeState, ProgrammeStep, transition};
use crate::support_programmes::ids::AmountId;
use crate::support_programmes::input::{MAX_NAME, hospital};
use crate::support_programmes::state::{AmountKind, PaidBy};
use crate::support_programmes::store::{self, Loaded};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The greatest amount of one entry, in fen: one hundred million yuan.
const MOST_FEN: i64 = 10_000_000_000;
/// The most entries of a programme.
const MOST_ENTRIES: i64 = 1_000;

/// Enters a cost, or a fee that is disclosed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnterAmount {
    /// The programme.
    pub programme: ProgrammeId,
    /// Whether it is a cost or a fee.
    pub kind: AmountKind,
    /// For what, at most 200 characters.
    pub description: String,
    /// In fen.
    pub amount_fen: i64,
    /// The day on which it was spent or is taken from; not after today.
    pub on_day: NaiveDate,
    /// Of a fee: code of the product hospital that takes it.
    pub hospital: Option<String>,
    /// Of a fee: who pays.
    pub paid_by: Option<PaidBy>,
}

fn require_open(loaded: &Loaded) -> Result<(), Problem> {
    if matches!(loaded.base.state, ProgrammeState::Closed | ProgrammeState::Withdrawn) {
        transition(loaded.base.state, ProgrammeStep::Change)?;
    }
    Ok(())
}

/// What is to be disclosed before a fee of the lead hospital is taken.
pub(super) fn recusal_needed() -> Problem {
    let text = Text::new(
        "牵头产品医院既提供帮扶又收取费用，请先说明回避安排和核验机构",
        "the lead hospital helps and takes fees; say first how it recuses itself and who verifies",
    );
    Problem::new(Code::SupportRecusalNeeded, text)
}

impl Command for EnterAmount {
    type Output = AmountId;
    const NAME: &'static str = "enter_support_amount";

    fn run(&self, tx: &mut Tx) -> Result<AmountId, Problem> {
        use support_amount as a;
        let loaded = store::load(tx, self.programme)?;
        require_open(&loaded)?;
        let (by, today) = (officer(tx)?, tx.today());
        let mut fields = Fields::new();
        let description = fields.text("/description", &self.description, MAX_NAME);
        fields.require(
            (1..=MOST_FEN).contains(&self.amount_fen),
            "/amount_fen",
            "须为 1 分到 1 亿元",
            "must be 1 fen to 100 million yuan",
        );
        fields.day("/on_day", Some(self.on_day));
        fields.require(self.on_day <= today, "/on_day", "不能晚于今天", "must not be in the future");
        let is_fee = self.kind == AmountKind::Fee;
        let code = self.hospital.as_deref().filter(|code| !code.trim().is_empty());
        fields.require(
            code.is_some() == is_fee,
            "/hospital",
            "收费须指明产品医院，成本不填",
            "is named of a fee, and of nothing else",
        );
        fields.require(
            self.paid_by.is_some() == is_fee,
            "/paid_by",
            "收费须指明由谁支付，成本不填",
            "is named of a fee, and of nothing else",
        );
        let hospital = code.map(|code| hospital(&mut fields, tx, "/hospital", code));
        let known: i64 =
            a::table.filter(a::programme_id.eq(self.programme)).count().get_result(&mut *tx.conn)?;
        let (zh, en) = ("最多 1,000 笔", "at most 1,000 entries");
        fields.require(known < MOST_ENTRIES, "/amount_fen", zh, en);
        fields.done()?;
        let of_the_lead = hospital.as_deref() == Some(loaded.row.lead_hospital.as_str());
        // Before the approval it stands in the way of that.
        let approved = loaded.base.state.is_under_way();
        if of_the_lead && approved && loaded.row.recusal.is_none() {
            return Err(recusal_needed());
        }
        let id = AmountId::new();
        diesel::insert_into(a::table)
            .values((
                a::id.eq(id),
                a::programme_id.eq(self.programme),
                a::kind.eq(self.kind),
                a::description.eq(&description),
                a::amount_fen.eq(self.amount_fen),
                a::on_day.eq(self.on_day),
                a::hospital.eq(&hospital),
                a::paid_by.eq(self.paid_by),
                a::entered_by.eq(by),
                a::entered_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let data = json!({ "amount": id, "kind": self.kind, "fen": self.amount_fen });
        store::audit(tx, &loaded.base, Self::NAME, data)?;
        Ok(id)
    }
}

/// Reverses an amount that was entered by mistake, with a reason. It stays, and counts in the figures of days before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReverseAmount {
    /// The programme.
    pub programme: ProgrammeId,
    /// The amount.
    pub id: AmountId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for ReverseAmount {
    type Output = AmountId;
    const NAME: &'static str = "reverse_support_amount";

    fn run(&self, tx: &mut Tx) -> Result<AmountId, Problem> {
        use support_amount as a;
        let loaded = store::load(tx, self.programme)?;
        require_open(&loaded)?;
        let why = reason(&self.reason)?;
        let by = officer(tx)?;
        let changed = diesel::update(a::table.find(self.id))
            .filter(a::programme_id.eq(self.programme))
            .filter(a::reversed_at.is_null())
            .set((a::reversed_by.eq(by), a::reversed_at.eq(tx.now), a::reverse_reason.eq(&why)))
            .execute(&mut *tx.conn)?;
        if changed == 0 {
            return Err(Problem::not_found());
        }
        store::audit(tx, &loaded.base, Self::NAME, json!({ "amount": self.id, "reason": why }))?;
        Ok(self.id)
    }
}
