//! What was found in the products of a round: by the participants, by the laboratory, and what came of it. It stays in the group: no row of the
//! audit, no event and no mail says what a result is, and nothing here writes to a list or opens a case.

use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::cross_inspections::ids::{ProductId, RoundId};
use crate::cross_inspections::policy::Standing;
use crate::cross_inspections::state::{RoundStep, Verdict};
use crate::cross_inspections::store;
use crate::db::schema::{cross_product, cross_round};
use crate::db::{Command, Tx};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most faults of one result.
const MOST_FAULTS: usize = 20;
/// The most characters of a fault, and of the number of a report.
const MAX_FAULT: usize = 100;
/// The most characters of what was corrected.
const MAX_CORRECTION: usize = 2_000;

/// What a test found.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The blind code of the product.
    pub code: String,
    /// Whether the product passed or failed.
    #[schema(inline)]
    pub result: Verdict,
    /// The faults, one at least where it does not conform and none otherwise; at most 20 of 100 characters.
    #[serde(default)]
    pub faults: Vec<String>,
    /// The day of the test, in Asia/Shanghai: from that of the assignment to today.
    pub tested_on: NaiveDate,
    /// The number of the laboratory's report; for the laboratory's result alone.
    #[serde(default)]
    pub report_no: Option<String>,
}

/// Checks a finding; gives its faults, trimmed.
fn checked(
    tx: &mut Tx,
    fields: &mut Fields,
    round: RoundId,
    finding: &Finding,
) -> Result<Vec<String>, Problem> {
    let assigned: Option<DateTime<Utc>> =
        cross_round::table.find(round).select(cross_round::assigned_at).first(&mut *tx.conn)?;
    let begun = assigned.map_or(tx.today(), shanghai_date);
    fields.require(
        (begun..=tx.today()).contains(&finding.tested_on),
        "/tested_on",
        "须在分配之日到今天之间",
        "must be from the day of the assignment to today",
    );
    fields.require(finding.faults.len() <= MOST_FAULTS, "/faults", "最多 20 项", "at most 20");
    let faults: Vec<String> = finding
        .faults
        .iter()
        .take(MOST_FAULTS)
        .enumerate()
        .map(|(at, fault)| fields.text(&format!("/faults/{at}"), fault, MAX_FAULT))
        .collect();
    let has = !faults.is_empty();
    fields.require(
        has == (finding.result == Verdict::Nonconforming),
        "/faults",
        "结果为不合格时须列明不合格项目，否则须为空",
        "name the faults where it does not conform, and none otherwise",
    );
    Ok(faults)
}

/// Reports what the caller's own test of a product found, known by its code alone. Until the laboratory's result is there it may be reported
/// again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportResult {
    /// The round.
    pub id: RoundId,
    /// The result to report.
    pub finding: Finding,
}

impl Command for ReportResult {
    type Output = RoundId;
    const NAME: &'static str = "report_cross_result";

    fn run(&self, tx: &mut Tx) -> Result<RoundId, Problem> {
        use cross_product as p;
        let loaded = store::load(tx, self.id)?;
        let tester = loaded.participant(tx, None)?.id;
        store::step(tx, &loaded.row, RoundStep::Report, None)?;
        let mut fields = Fields::new();
        let found: Option<(ProductId, bool)> = p::table
            .filter(p::round_id.eq(self.id))
            .filter(p::code.eq(self.finding.code.trim().to_uppercase()))
            .filter(p::tester_id.eq(tester))
            .select((p::id, p::check_at.is_not_null()))
            .first(&mut *tx.conn)
            .optional()?;
        fields.require(found.is_some(), "/code", "不是分配给您的样品编码", "is not a code that you test");
        fields.require(
            self.finding.report_no.is_none(),
            "/report_no",
            "只用于检验机构的结果",
            "is for the laboratory’s result",
        );
        let faults = checked(tx, &mut fields, self.id, &self.finding)?;
        fields.done()?;
        let Some((id, is_checked)) = found else { return Err(Problem::not_found()) };
        if is_checked {
            return Err(Problem::new(
                Code::CrossResultFixed,
                Text::new(
                    "检验机构的结果已录入，互检结果不能再修改",
                    "the laboratory’s result is there, so the own one stays as it is",
                ),
            ));
        }
        diesel::update(p::table.find(id))
            .set((
                p::result.eq(self.finding.result),
                p::faults.eq(faults),
                p::tested_on.eq(self.finding.tested_on),
                p::reported_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &loaded.row, Self::NAME, json!({}))?;
        Ok(self.id)
    }
}

/// Enters what the laboratory found in a product of its share: by its own account, or by the person who leads the round. Until the round is
/// closed it may be entered again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnterCheck {
    /// The round.
    pub id: RoundId,
    /// The result of the check.
    pub finding: Finding,
}

impl Command for EnterCheck {
    type Output = RoundId;
    const NAME: &'static str = "enter_cross_check";

    fn run(&self, tx: &mut Tx) -> Result<RoundId, Problem> {
        use cross_product as p;
        let loaded = store::checked_by(tx, self.id)?;
        store::step(tx, &loaded.row, RoundStep::Check, None)?;
        let mut fields = Fields::new();
        let found: Option<ProductId> = p::table
            .filter(p::round_id.eq(self.id))
            .filter(p::code.eq(self.finding.code.trim().to_uppercase()))
            .filter(p::checked)
            .select(p::id)
            .first(&mut *tx.conn)
            .optional()?;
        fields.require(
            found.is_some(),
            "/code",
            "该样品编码未抽中由检验机构复核",
            "is not a code that was drawn for the laboratory",
        );
        let faults = checked(tx, &mut fields, self.id, &self.finding)?;
        let report_no = fields.optional_text("/report_no", self.finding.report_no.as_deref(), MAX_FAULT);
        fields.require(
            report_no.is_some() || self.finding.result == Verdict::NotTested,
            "/report_no",
            "须填写检验报告编号",
            "the number of the report is needed",
        );
        fields.done()?;
        let Some(id) = found else { return Err(Problem::not_found()) };
        diesel::update(p::table.find(id))
            .set((
                p::check_result.eq(self.finding.result),
                p::check_faults.eq(faults),
                p::check_report_no.eq(report_no),
                p::check_on.eq(self.finding.tested_on),
                p::check_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &loaded.row, Self::NAME, json!({}))?;
        Ok(self.id)
    }
}

/// Reports what was corrected in an own product in which a fault was found. It may be said again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CorrectProduct {
    /// The round.
    pub id: RoundId,
    /// The product.
    pub product: ProductId,
    /// The day, in Asia/Shanghai, not after today.
    pub corrected_on: NaiveDate,
    /// What was done, at most 2,000 characters.
    pub correction: String,
}

impl Command for CorrectProduct {
    type Output = RoundId;
    const NAME: &'static str = "correct_cross_product";

    fn run(&self, tx: &mut Tx) -> Result<RoundId, Problem> {
        use cross_product as p;
        let loaded = store::load(tx, self.id)?;
        if loaded.standing != Standing::Participant {
            return Err(Problem::forbidden());
        }
        let own = loaded.participant(tx, None)?.id;
        store::step(tx, &loaded.row, RoundStep::Correct, None)?;
        let (result, check): (Option<Verdict>, Option<Verdict>) = p::table
            .find(self.product)
            .filter(p::participant_id.eq(own))
            .select((p::result, p::check_result))
            .first(&mut *tx.conn)?;
        let mut fields = Fields::new();
        let faulty = [result, check].contains(&Some(Verdict::Nonconforming));
        fields.require(faulty, "/product", "该产品没有发现问题", "no fault was found in this product");
        fields.require(
            self.corrected_on <= tx.today(),
            "/corrected_on",
            "不能晚于今天",
            "must not be after today",
        );
        let correction = fields.text("/correction", &self.correction, MAX_CORRECTION);
        fields.done()?;
        diesel::update(p::table.find(self.product))
            .set((p::corrected_on.eq(self.corrected_on), p::correction.eq(correction)))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &loaded.row, Self::NAME, json!({}))?;
        Ok(self.id)
    }
}
