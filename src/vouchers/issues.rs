//! Writing an issue, and changing it before its approval.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::officer_steps::officer;
use crate::db::published::programme;
use crate::db::regional::{self, set_up};
use crate::db::schema::{voucher_issue, voucher_tier};
use crate::db::{Command, Tx};
use crate::programmes::ids::ProgrammeId;
use crate::vouchers::ids::IssueId;
use crate::vouchers::money::yuan;
use crate::vouchers::settings::VoucherSettings;
use crate::vouchers::state::{VoucherIssueState, VoucherIssueStep, transition};
use crate::vouchers::store::{self, Row};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// The most characters of a name.
const MAX_NAME: usize = 200;
/// The most tiers.
const MOST_TIERS: usize = 20;
/// The greatest budget in fen: ten billion yuan, so that no sum overflows.
const MOST_BUDGET: i64 = 1_000_000_000_000;
/// The most kinds, and the most hospitals.
const MOST_NAMED: usize = 200;

/// So many vouchers of so much.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoucherTierInput {
    /// The amount of one, in fen.
    #[schema(minimum = 1)]
    pub amount_fen: i64,
    /// How many there are.
    #[schema(minimum = 1)]
    pub count: i32,
}

/// What an issue is to be.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoucherIssueInput {
    /// Its name, at most 200 characters.
    pub name: String,
    /// Code of the region whose enterprises apply: the officer's own or one under it, the own one where none is named.
    #[serde(default)]
    pub region: Option<String>,
    /// The programme that it belongs to, if it does.
    #[serde(default)]
    pub programme_id: Option<ProgrammeId>,
    /// What may be spent, in fen.
    #[schema(minimum = 1)]
    pub budget_fen: i64,
    /// The most that one enterprise may hold, in fen: of the issues of the programme, or of the region in a year. The limit of the settings where
    /// nothing is given.
    #[serde(default)]
    pub limit_fen: Option<i64>,
    /// The tiers, 1 to 20, each of another amount.
    pub tiers: Vec<VoucherTierInput>,
    /// Codes of the product kinds with which an enterprise must be open on the zero-out list; any kind where none is named.
    #[serde(default)]
    pub product_kinds: Vec<String>,
    /// Codes of the product hospitals where vouchers are redeemed; all where none is named.
    #[serde(default)]
    pub hospitals: Vec<String>,
    /// The first day of applications, in Asia/Shanghai.
    pub apply_from: NaiveDate,
    /// Their last day.
    pub apply_until: NaiveDate,
    /// The last day on which vouchers are redeemed, after the last day of applications.
    pub valid_until: NaiveDate,
    /// The public event that will give the seed of the draw, at most 500 characters; the system draws the seed where none is named.
    #[serde(default)]
    pub seed_event: Option<String>,
}

/// An input that was checked.
struct Checked {
    name: String,
    limit: i64,
    kinds: Vec<String>,
    hospitals: Vec<String>,
    tiers: Vec<VoucherTierInput>,
    seed_event: Option<String>,
}

fn check_tiers(
    fields: &mut Fields,
    input: &VoucherIssueInput,
    limit: i64,
    most: u32,
) -> Vec<VoucherTierInput> {
    fields.require(
        (1..=MOST_TIERS).contains(&input.tiers.len()),
        "/tiers",
        "须有 1 到 20 档面额",
        "must be 1 to 20 tiers",
    );
    let mut tiers: Vec<VoucherTierInput> = input.tiers.iter().copied().take(MOST_TIERS).collect();
    let (mut total, mut vouchers, mut amounts) = (0_i64, 0_i64, BTreeSet::new());
    for (at, tier) in tiers.iter().enumerate() {
        fields.require(
            (1..=MOST_BUDGET).contains(&tier.amount_fen),
            &format!("/tiers/{at}/amount_fen"),
            "须为正数",
            "must be greater than nothing",
        );
        if tier.amount_fen > limit {
            let limit = yuan(limit);
            fields.fault(
                format!("/tiers/{at}/amount_fen"),
                format!("不能超过单家企业限额 {limit} 元"),
                format!("must not be more than the limit for one enterprise, {limit} yuan"),
            );
        }
        fields.require(
            amounts.insert(tier.amount_fen),
            &format!("/tiers/{at}/amount_fen"),
            "面额重复",
            "is the amount of another tier",
        );
        fields.require(tier.count >= 1, &format!("/tiers/{at}/count"), "须为正整数", "must be at least 1");
        vouchers = vouchers.saturating_add(i64::from(tier.count));
        total = total.saturating_add(tier.amount_fen.saturating_mul(i64::from(tier.count)));
    }
    if vouchers > i64::from(most) {
        fields.fault("/tiers", format!("总张数不能超过 {most}"), format!("must be at most {most} vouchers"));
    }
    if total > input.budget_fen {
        let (total, budget) = (yuan(total), yuan(input.budget_fen));
        fields.fault(
            "/budget_fen",
            format!("面额合计 {total} 元，超过预算 {budget} 元"),
            format!("the tiers come to {total} yuan, more than the budget of {budget} yuan"),
        );
    }
    tiers.sort_by_key(|tier| std::cmp::Reverse(tier.amount_fen));
    tiers
}

/// The codes of known kinds or hospitals, each once.
fn codes(
    fields: &mut Fields,
    pointer: &str,
    named: &[String],
    known: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    if named.len() > MOST_NAMED {
        fields.fault(pointer, format!("最多 {MOST_NAMED} 项"), format!("must be at most {MOST_NAMED}"));
    }
    let mut found = BTreeSet::new();
    for (at, name) in named.iter().enumerate().take(MOST_NAMED) {
        match known(name.trim()) {
            Some(code) => _ = found.insert(code),
            None => fields.fault(format!("{pointer}/{at}"), "未知的代码", "is not known"),
        }
    }
    found.into_iter().collect()
}

fn check(
    tx: &mut Tx,
    fields: &mut Fields,
    region: &str,
    input: &VoucherIssueInput,
) -> Result<Checked, Problem> {
    let settings = tx.settings.section::<VoucherSettings>();
    let (most_fen, most) = (i64::from(settings.most_per_enterprise_yuan) * 100, settings.most_vouchers);
    let name = fields.text("/name", &input.name, MAX_NAME);
    fields.require(
        (1..=MOST_BUDGET).contains(&input.budget_fen),
        "/budget_fen",
        "须为正数，且不超过 100 亿元",
        "must be greater than nothing and at most ten billion yuan",
    );
    let limit = input.limit_fen.unwrap_or(most_fen);
    if !(1..=most_fen).contains(&limit) {
        let most = yuan(most_fen);
        fields.fault(
            "/limit_fen",
            format!("单家企业限额须为正数，且不超过 {most} 元"),
            format!("must be greater than nothing and at most {most} yuan"),
        );
    }
    let tiers = check_tiers(fields, input, limit, most);
    let catalogue = std::sync::Arc::clone(&tx.catalogue);
    let products = &catalogue.products;
    let kinds = codes(fields, "/product_kinds", &input.product_kinds, |name| {
        products.kind(name).map(|kind| kind.code.clone())
    });
    let hospitals = codes(fields, "/hospitals", &input.hospitals, |name| {
        products.hospital(name).map(|hospital| hospital.code.clone())
    });
    let today = tx.today();
    fields.day("/apply_from", Some(input.apply_from));
    fields.require(
        input.apply_until >= input.apply_from && input.apply_until >= today,
        "/apply_until",
        "不能早于申请开始日期，也不能早于今天",
        "must not be before apply_from, nor before today",
    );
    let last = input.apply_until.checked_add_months(chrono::Months::new(36));
    fields.require(
        input.valid_until > input.apply_until && last.is_some_and(|last| input.valid_until <= last),
        "/valid_until",
        "须晚于申请截止日期，且在其后三年以内",
        "must be after apply_until, within three years",
    );
    let seed_event = fields.optional_text("/seed_event", input.seed_event.as_deref(), 500);
    if let Some(id) = input.programme_id {
        let of: Option<String> = programme::table
            .filter(programme::id.eq(id.0))
            .select(programme::organiser_region)
            .first(&mut *tx.conn)
            .optional()?;
        let own = of.is_some_and(|of| {
            regional::sees(&tx.actor, &of, &tx.catalogue) && tx.catalogue.regions.contains(&of, region)
        });
        let (zh, en) = ("没有这项计划，或者不覆盖该地区", "is no programme of yours that covers the region");
        fields.require(own, "/programme_id", zh, en);
    }
    Ok(Checked { name, limit, kinds, hospitals, tiers, seed_event })
}

fn write_tiers(tx: &mut Tx, id: IssueId, tiers: &[VoucherTierInput]) -> Result<(), Problem> {
    use voucher_tier as t;
    diesel::delete(t::table.filter(t::issue_id.eq(id))).execute(&mut *tx.conn)?;
    let rows: Vec<_> = (1_i32..)
        .zip(tiers)
        .map(|(ordinal, tier)| {
            (
                t::issue_id.eq(id),
                t::ordinal.eq(ordinal),
                t::amount_fen.eq(tier.amount_fen),
                t::count.eq(tier.count),
            )
        })
        .collect();
    diesel::insert_into(t::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes an issue, as a draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateIssue(pub VoucherIssueInput);

impl Command for CreateIssue {
    type Output = IssueId;
    const NAME: &'static str = "create_voucher_issue";

    fn run(&self, tx: &mut Tx) -> Result<IssueId, Problem> {
        use voucher_issue as v;
        let input = &self.0;
        let mut fields = Fields::new();
        let (account, region) = set_up(tx, &mut fields, input.region.as_deref())?;
        let checked = check(tx, &mut fields, &region, input)?;
        fields.done()?;
        let mut salt = vec![0; 32];
        getrandom::fill(&mut salt)?;
        let row = Row {
            id: IssueId::new(),
            name: checked.name,
            region,
            programme_id: input.programme_id.map(|id| id.0),
            limit_fen: checked.limit,
            product_kinds: checked.kinds,
            hospitals: checked.hospitals,
            apply_from: input.apply_from,
            apply_until: input.apply_until,
            valid_until: input.valid_until,
            seed_event: checked.seed_event,
            state: VoucherIssueState::Draft,
            salt,
            created_by: account,
        };
        diesel::insert_into(v::table)
            .values((
                v::id.eq(row.id),
                v::name.eq(&row.name),
                v::region.eq(&row.region),
                v::programme_id.eq(row.programme_id),
                v::budget_fen.eq(input.budget_fen),
                v::limit_fen.eq(row.limit_fen),
                v::product_kinds.eq(&row.product_kinds),
                v::hospitals.eq(&row.hospitals),
                v::apply_from.eq(row.apply_from),
                v::apply_until.eq(row.apply_until),
                v::valid_until.eq(row.valid_until),
                v::seed_event.eq(&row.seed_event),
                v::state.eq(row.state),
                v::salt.eq(&row.salt),
                v::created_by.eq(account),
                v::created_at.eq(tx.now),
                v::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        write_tiers(tx, row.id, &checked.tiers)?;
        store::event(tx, row.id, VoucherIssueStep::Create, (None, row.state), None)?;
        store::audit(tx, &row, Self::NAME, json!({ "budget_fen": input.budget_fen }))?;
        Ok(row.id)
    }
}

/// Writes a draft anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeIssue {
    /// The issue.
    pub id: IssueId,
    /// The new content. Its region stays.
    pub input: VoucherIssueInput,
}

impl Command for ChangeIssue {
    type Output = IssueId;
    const NAME: &'static str = "change_voucher_issue";

    fn run(&self, tx: &mut Tx) -> Result<IssueId, Problem> {
        use voucher_issue as v;
        let row = store::load_managed(tx, self.id)?;
        transition(row.state, VoucherIssueStep::Change)?;
        let mut fields = Fields::new();
        fields.require(
            self.input.region.as_ref().is_none_or(|region| *region == row.region),
            "/region",
            "地区不能修改",
            "can't be changed",
        );
        let input = &self.input;
        let checked = check(tx, &mut fields, &row.region, input)?;
        fields.done()?;
        // Who changes it counts as who wrote it, so another one approves.
        let by = officer(tx)?;
        diesel::update(v::table.find(row.id))
            .set((
                v::name.eq(&checked.name),
                v::programme_id.eq(input.programme_id.map(|id| id.0)),
                v::budget_fen.eq(input.budget_fen),
                v::limit_fen.eq(checked.limit),
                v::product_kinds.eq(&checked.kinds),
                v::hospitals.eq(&checked.hospitals),
                v::apply_from.eq(input.apply_from),
                v::apply_until.eq(input.apply_until),
                v::valid_until.eq(input.valid_until),
                v::seed_event.eq(&checked.seed_event),
                v::created_by.eq(by),
                v::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        write_tiers(tx, row.id, &checked.tiers)?;
        store::step(tx, &row, VoucherIssueStep::Change, None)?;
        store::audit(tx, &row, Self::NAME, json!({ "budget_fen": input.budget_fen }))?;
        Ok(row.id)
    }
}
