//! What the enterprise does: it applies for a code, takes the application back, applies for another term, gives the code up.

use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::{Code, Problem, Text};
use crate::credit_codes::facts;
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::settings::{CodePageSettings, CodeRules};
use crate::credit_codes::state::{CodeState, CodeStep};
use crate::credit_codes::store::{self, Row, Said};
use crate::db::published::enterprise;
use crate::db::schema::credit_code;
use crate::db::{Command, Tx};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a name, a trademark, a model or a standard.
const MAX_NAME: usize = 100;
/// The most characters of a reason.
pub(super) const MAX_REASON: usize = 1_000;

/// A reason that was checked.
pub(super) fn reason(text: &str) -> Result<String, Problem> {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", text, MAX_REASON);
    fields.done()?;
    Ok(reason)
}

/// Applies for the code of one product. Done by the enterprise that makes it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyForCode {
    /// Code of the product kind.
    pub product_kind: String,
    /// The product as its label names it, at most 100 characters.
    pub product_name: String,
    /// The trademark on the label.
    #[serde(default)]
    pub trademark: Option<String>,
    /// The model on the label, which people compare with the thing in their hand.
    pub model: String,
    /// The standard on the label.
    #[serde(default)]
    pub standard: Option<String>,
    /// The version of the text of the public page that the enterprise has read and accepts.
    pub text_version: String,
    /// That the enterprise wants its record shown to everybody.
    pub consent: bool,
}

/// The person and the enterprise that apply.
fn applicant(tx: &Tx) -> Result<(AccountId, EnterpriseId), Problem> {
    crate::credit_codes::policy::permit(&tx.actor)?;
    match (tx.actor.account(), tx.actor.scope()) {
        (Some(account), Some(Scope::Enterprise(id))) => Ok((account, *id)),
        _ => Err(Problem::forbidden()),
    }
}

/// Checks that the text of the page is accepted.
fn require_consent(fields: &mut Fields, rules: &CodeRules, text_version: &str, consent: bool) {
    fields.require(
        text_version == rules.text_version,
        "/text_version",
        "不是公示页面说明的现行版本，请重新阅读后确认",
        "is not the present version of the text of the page; read it again",
    );
    fields.require(consent, "/consent", "须同意公示", "the enterprise must consent to the publication");
}

fn exists_already() -> Problem {
    Problem::new(
        Code::CreditCodeExists,
        Text::new(
            "该产品已有品质信用码，或者已经提交申请",
            "the product has a quality credit code, or one is applied for",
        ),
    )
}

/// Whether another application or code of the product is there.
fn is_taken(
    tx: &mut Tx,
    enterprise: EnterpriseId,
    (kind, name, trademark, model): (&str, &str, Option<&str>, &str),
) -> Result<bool, Problem> {
    use credit_code as c;
    let states = [CodeState::Applied, CodeState::Granted, CodeState::Renewing];
    let same = c::table
        .filter(c::enterprise_id.eq(enterprise))
        .filter(c::product_kind.eq(kind))
        .filter(c::product_name.eq(name))
        .filter(c::trademark.is_not_distinct_from(trademark))
        .filter(c::model.eq(model))
        .filter(c::state.eq_any(states));
    Ok(diesel::select(exists(same)).get_result(&mut *tx.conn)?)
}

/// Lets one application of an enterprise after the other: two at once for one product would both find none.
fn one_at_a_time(tx: &mut Tx, enterprise: EnterpriseId) -> Result<(), Problem> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('credit_code ' || $1))")
        .bind::<diesel::sql_types::Text, _>(enterprise.to_string())
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Refuses an application beyond those that the settings allow: one enterprise must not fill the officers' list. Called in the
/// enterprise's turn.
fn permit_application(tx: &mut Tx, enterprise: EnterpriseId) -> Result<(), Problem> {
    use credit_code as c;
    let settings = tx.settings.clone();
    let settings = settings.section::<CodePageSettings>();
    let waiting: i64 = c::table
        .filter(c::enterprise_id.eq(enterprise))
        .filter(c::state.eq(CodeState::Applied))
        .count()
        .get_result(&mut *tx.conn)?;
    let most = settings.waiting_per_enterprise;
    if waiting >= i64::from(most) {
        let text = Text::new(
            format!("贵企业已有 {waiting} 件待审核的申请，最多 {most} 件；请待其中一件审核后再提交"),
            format!(
                "{waiting} applications of your enterprise wait, which may have {most}; apply once one of them is decided"
            ),
        );
        return Err(Problem::new(Code::TooManyCodeApplications, text));
    }
    let most = settings.applications_per_day;
    let day = Duration::hours(24);
    let first: Option<DateTime<Utc>> = c::table
        .filter(c::enterprise_id.eq(enterprise))
        .filter(c::applied_at.gt(tx.now - day))
        .order(c::applied_at.desc())
        .offset(i64::from(most) - 1)
        .select(c::applied_at)
        .first(&mut *tx.conn)
        .optional()?;
    let Some(first) = first else { return Ok(()) };
    let text = Text::new(
        format!("24 小时内最多提交 {most} 件申请，贵企业已达上限，请稍后再试"),
        format!(
            "your enterprise has applied {most} times within 24 hours, which is the most; try again later"
        ),
    );
    let mut problem = Problem::new(Code::TooManyCodeApplications, text);
    problem.retry_after = u64::try_from((first + day - tx.now).num_seconds()).ok().map(|wait| wait.max(1));
    Err(problem)
}

impl Command for ApplyForCode {
    type Output = CreditCodeId;
    const NAME: &'static str = "apply_for_credit_code";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        use credit_code as c;
        let (account, id) = applicant(tx)?;
        let settings = tx.settings.clone();
        let rules = facts::rules_today(&settings, tx.today())?;
        let mut fields = Fields::new();
        let product_name = fields.text("/product_name", &self.product_name, MAX_NAME);
        let trademark = fields.optional_text("/trademark", self.trademark.as_deref(), MAX_NAME);
        let model = fields.text("/model", &self.model, MAX_NAME);
        let standard = fields.optional_text("/standard", self.standard.as_deref(), MAX_NAME);
        let known = tx.catalogue.products.coded(&self.product_kind).is_some();
        fields.require(known, "/product_kind", "没有这一产品种类", "there is no such product kind");
        require_consent(&mut fields, rules, &self.text_version, self.consent);
        fields.done()?;
        one_at_a_time(tx, id)?;
        if is_taken(tx, id, (&self.product_kind, &product_name, trademark.as_deref(), &model))? {
            return Err(exists_already());
        }
        permit_application(tx, id)?;
        let (uscc, name, region): (String, String, String) = enterprise::table
            .filter(enterprise::id.eq(id))
            .select((enterprise::uscc, enterprise::name, enterprise::region))
            .first(&mut *tx.conn)?;
        let row = Row {
            id: CreditCodeId::new(),
            enterprise_id: id,
            maker_region: region.clone(),
            region,
            maker_name: name,
            product_kind: self.product_kind.clone(),
            product_name,
            trademark,
            model,
            state: CodeState::Applied,
            rules_version: rules.version.clone(),
            valid_until: None,
            suspended_at: None,
            reminded_on: None,
            version: 1,
        };
        diesel::insert_into(c::table)
            .values((
                c::id.eq(row.id),
                c::enterprise_id.eq(id),
                c::region.eq(&row.region),
                c::maker_name.eq(&row.maker_name),
                c::maker_region.eq(&row.maker_region),
                c::uscc.eq(uscc),
                c::product_kind.eq(&row.product_kind),
                c::product_name.eq(&row.product_name),
                c::trademark.eq(row.trademark.as_deref()),
                c::model.eq(&row.model),
                c::standard.eq(standard),
                c::state.eq(row.state),
                c::rules_version.eq(&row.rules_version),
                c::text_version.eq(&self.text_version),
                c::applied_by.eq(account),
                c::applied_at.eq(tx.now),
                c::version.eq(row.version),
                c::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::event(tx, row.id, 1, (CodeStep::Apply, None, row.state), Said::default())?;
        store::audit(
            tx,
            &row,
            Self::NAME,
            json!({ "product_kind": row.product_kind, "text_version": self.text_version }),
        )?;
        Ok(row.id)
    }
}

/// Takes an application back. Done by the enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawApplication {
    /// The application.
    pub id: CreditCodeId,
}

impl Command for WithdrawApplication {
    type Output = CreditCodeId;
    const NAME: &'static str = "withdraw_credit_code_application";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        let (row, to) = store::load_for(tx, self.id, CodeStep::Withdraw)?;
        store::write(tx, &row, (CodeStep::Withdraw, to), Said::default())?;
        store::audit(tx, &row, Self::NAME, json!({}))?;
        Ok(row.id)
    }
}

/// Applies for another term of a code, in its last days or after it has lapsed. Done by the enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyForRenewal {
    /// The code.
    pub id: CreditCodeId,
    /// The version of the text of the public page that the enterprise has read and accepts.
    pub text_version: String,
    /// That the enterprise wants its record shown to everybody.
    pub consent: bool,
}

/// The first day on which a renewal can be applied for.
pub fn renewable_from(valid_until: NaiveDate, rules: &CodeRules) -> NaiveDate {
    valid_until.checked_sub_days(Days::new(rules.renewal_days.into())).unwrap_or(NaiveDate::MIN)
}

impl Command for ApplyForRenewal {
    type Output = CreditCodeId;
    const NAME: &'static str = "apply_for_credit_code_renewal";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        use credit_code as c;
        let (row, to) = store::load_for(tx, self.id, CodeStep::ApplyRenewal)?;
        let (settings, today) = (tx.settings.clone(), tx.today());
        let mut fields = Fields::new();
        let rules = facts::rules_today(&settings, today)?;
        require_consent(&mut fields, rules, &self.text_version, self.consent);
        fields.done()?;
        let own = facts::rules_of(&settings, &row.rules_version, today)?;
        let from = row.valid_until.map_or(today, |until| renewable_from(until, own));
        // A maker with another name or place asks at once: only a renewal brings its code into force again.
        let moved = store::judged(tx, &row)?.iter().any(|condition| {
            use crate::credit_codes::conditions::ConditionKey as Key;
            !condition.met && matches!(condition.key, Key::SameName | Key::SamePlace)
        });
        if from > today && !moved {
            return Err(Problem::new(
                Code::CreditCodeTooEarly,
                Text::new(
                    format!("{from} 起可以申请续期"),
                    format!("a renewal can be applied for from {from} on"),
                ),
            ));
        }
        one_at_a_time(tx, row.enterprise_id)?;
        let product = (
            row.product_kind.as_str(),
            row.product_name.as_str(),
            row.trademark.as_deref(),
            row.model.as_str(),
        );
        if row.state == CodeState::Lapsed && is_taken(tx, row.enterprise_id, product)? {
            return Err(exists_already());
        }
        // The officers of where it is now decide.
        let region = crate::enterprises::queries::region_of(&mut tx.conn, row.enterprise_id)?;
        diesel::update(c::table.find(row.id))
            .set((
                c::region.eq(&region),
                c::ended_on.eq(None::<NaiveDate>),
                c::text_version.eq(&self.text_version),
                c::state.eq(to),
            ))
            .execute(&mut *tx.conn)?;
        store::write(tx, &row, (CodeStep::ApplyRenewal, to), Said::default())?;
        let row = Row { region, ..row };
        store::audit(tx, &row, Self::NAME, json!({ "text_version": self.text_version }))?;
        Ok(row.id)
    }
}

/// Gives a code up: its page shows no record any more. Done by the enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveCodeUp {
    /// The code.
    pub id: CreditCodeId,
    /// Reason for giving the code up, kept in its history.
    pub reason: String,
}

impl Command for GiveCodeUp {
    type Output = CreditCodeId;
    const NAME: &'static str = "give_credit_code_up";

    fn run(&self, tx: &mut Tx) -> Result<CreditCodeId, Problem> {
        let (row, to) = store::load_for(tx, self.id, CodeStep::GiveUp)?;
        let reason = reason(&self.reason)?;
        end(tx, &row, to)?;
        store::write(tx, &row, (CodeStep::GiveUp, to), Said::because(&reason))?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(row.id)
    }
}

/// Notes that a code has ended today: with its state, as the table wants both.
pub(super) fn end(tx: &mut Tx, row: &Row, to: CodeState) -> Result<(), Problem> {
    use credit_code as c;
    let today = tx.today();
    diesel::update(c::table.find(row.id))
        .set((
            c::state.eq(to),
            c::ended_on.eq(today),
            c::suspended_at.eq(None::<chrono::DateTime<chrono::Utc>>),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}
