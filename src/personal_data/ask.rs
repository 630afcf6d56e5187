//! People ask, and take back what is not decided.

use crate::accounts::factors::step_up;
use crate::accounts::store::{AccountRow, find, recipient};
use crate::catalogue::Catalogue;
use crate::core::actor::Role;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::count_lock::{self, Counted};
use crate::db::schema::personal_request as r;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::people::policy::AccountFacts;
use crate::personal_data::copy::WAKE;
use crate::personal_data::ids::PersonalRequestId;
use crate::personal_data::mails::Mail;
use crate::personal_data::refusals::require_erasable;
use crate::personal_data::rules::working_days_after;
use crate::personal_data::settings::PersonalDataSettings;
use crate::personal_data::state::{RequestKind, RequestState, RequestStep, transition};
use crate::personal_data::store;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of what is to be corrected, and of a reason.
pub(super) const MAX_TEXT: usize = 2_000;

/// Asks for a copy of the own data, a correction or an erasure.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskPersonal {
    /// What is asked for. For an erasure the session must have proved lately who is in it.
    #[schema(inline)]
    pub kind: RequestKind,
    /// What is to be corrected, and to what: needed for a correction. Else what the officer is to know. At most 2,000 characters.
    #[serde(default)]
    pub text: Option<String>,
}

impl Command for AskPersonal {
    type Output = PersonalRequestId;
    const NAME: &'static str = "ask_personal_data";

    fn run(&self, tx: &mut Tx) -> Result<PersonalRequestId, Problem> {
        let person = tx.actor.person().cloned().ok_or_else(Problem::unauthenticated)?;
        let mut fields = Fields::new();
        let text = fields.optional_text("/text", self.text.as_deref(), MAX_TEXT);
        fields.require(
            self.kind != RequestKind::Correction || text.is_some(),
            "/text",
            "请写明须更正的内容",
            "say what is to be corrected",
        );
        fields.done()?;
        count_lock::wait(&mut tx.conn, Counted::PersonalRequests, person.account.0)?;
        let open: i64 = r::table
            .filter(r::account_id.eq(person.account))
            .filter(r::kind.eq(self.kind))
            .filter(r::state.eq_any(RequestState::OPEN))
            .count()
            .get_result(&mut *tx.conn)?;
        if open > 0 {
            return Err(Problem::new(
                Code::PersonalRequestOpen,
                Text::new(
                    "您已提出同类请求且尚未办结",
                    "you have asked for the same, and it is not decided yet",
                ),
            ));
        }
        let row = find(&mut tx.conn, person.account)?;
        if self.kind == RequestKind::Erasure {
            step_up::require(tx)?;
            require_erasable(tx, &row)?;
        }
        let region = region_in_charge(tx, &row)?;
        let days = tx.settings.section::<PersonalDataSettings>().answer_working_days;
        let due_on = working_days_after(&tx.catalogue.calendar, tx.today(), days);
        let id = PersonalRequestId::new();
        diesel::insert_into(r::table)
            .values((
                r::id.eq(id),
                r::account_id.eq(person.account),
                r::kind.eq(self.kind),
                r::state.eq(RequestState::Received),
                r::text.eq(&text),
                r::region.eq(&region),
                r::created_at.eq(tx.now),
                r::due_on.eq(due_on),
            ))
            .execute(&mut *tx.conn)?;
        if let Some(to) = recipient(&row) {
            let what = self.kind.text();
            let mail = Mail::PersonalRequestReceived {
                what_zh: what.zh.into_owned(),
                what_en: what.en.into_owned(),
                due_on,
                link: tx.link("/account/personal-data"),
            };
            outbox::enqueue(tx, &to, &mail)?;
        }
        let subject = crate::db::tx::Subject::new("personal_request", id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "kind": format!("personal_{}", self.kind) }))?;
        tx.wake(WAKE);
        Ok(id)
    }
}

/// The region whose officers decide on what a person asks for: the enterprise's, the first one that an expert serves, the one above an
/// officer's, else the province.
fn region_in_charge(tx: &mut Tx, row: &AccountRow) -> Result<String, Problem> {
    let facts = AccountFacts::of(&mut tx.conn, row)?;
    let regions = &tx.catalogue.regions;
    let above = |code: &str| regions.get(code).and_then(|region| region.parent.clone());
    let region = match row.role {
        Role::Admin => facts.region.as_deref().and_then(|code| above(code).or(Some(code.to_owned()))),
        _ => facts.audit_region().map(str::to_owned),
    };
    region.or_else(|| province(&tx.catalogue)).ok_or_else(|| Problem::internal("there is no region"))
}

/// The first region that has none above it.
fn province(catalogue: &Catalogue) -> Option<String> {
    catalogue.regions.iter().find(|region| region.parent.is_none()).map(|region| region.code.clone())
}

/// Takes back what one asked for, while nobody has begun with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawPersonal {
    /// The request.
    pub id: PersonalRequestId,
}

impl Command for WithdrawPersonal {
    type Output = PersonalRequestId;
    const NAME: &'static str = "withdraw_personal_request";

    fn run(&self, tx: &mut Tx) -> Result<PersonalRequestId, Problem> {
        let own = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let row = store::lock(tx, self.id)?;
        if row.account_id != own {
            return Err(Problem::not_found());
        }
        let state = transition(row.kind, row.state, RequestStep::Withdraw)?;
        diesel::update(r::table.find(row.id))
            .set((r::state.eq(state), r::decided_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, row.subject(), json!({ "kind": format!("personal_{}", row.kind) }))?;
        Ok(row.id)
    }
}
