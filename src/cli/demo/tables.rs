//! What no command gives: look-ups across domains, accounts without a mail, and the removal of what was written on the way.

use crate::accounts::store::{AccountRow, NewAccount, create_account};
use crate::app::App;
use crate::attachments::ids::AttachmentId;
use crate::attachments::{StartUpload, applications};
use crate::consultations::Status;
use crate::core::actor::{Actor, Proof, Role, Scope};
use crate::core::clock::shanghai_midnight;
use crate::core::ids::{AccountId, ConsultationId, EnterpriseId, ExpertId, LaboratoryId, SessionId};
use crate::core::{Caller, Language, Problem};
use crate::db::schema::{
    account, circuit_round, consultation, enterprise, inspection, knowledge_article, laboratory,
    matching_plan, outbox_mail, past_day, programme,
};
use crate::db::{Command, Tx, published};
use crate::enterprises::ids::NonconformityId;
use crate::experts::ApplyAsExpert;
use crate::inspections::ids::InspectionId;
use crate::plans::PlanState;
use crate::plans::ids::PlanId;
use crate::programmes::ids::ProgrammeId;
use crate::remediation::ids::CaseId;
use crate::rounds::ids::CircuitRoundId;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;

/// Whether this account exists.
pub(super) fn has_account(app: &App, username: &str) -> Result<bool, Problem> {
    let there: Option<AccountId> = account::table
        .filter(account::username.eq(username))
        .select(account::id)
        .first(&mut *app.conn()?)
        .optional()?;
    Ok(there.is_some())
}

/// The caller that someone is after a log-in.
pub(super) fn caller(app: &App, username: &str) -> Result<Caller, Problem> {
    let row = account::table
        .filter(account::username.eq(username))
        .select(AccountRow::as_select())
        .first(&mut *app.conn()?)?;
    let proof = Proof { proved_at: Some(app.clock().now()), ..Proof::default() };
    let person = row.person(SessionId::new(), proof)?;
    Ok(Caller { actor: Actor::Person(person), ..Caller::system() })
}

/// The expert to whom a consultation is offered.
pub(super) fn offered_to(app: &App, id: ConsultationId) -> Result<Option<Caller>, Problem> {
    let conn = &mut *app.conn()?;
    let expert: Option<ExpertId> =
        consultation::table.find(id).select(consultation::expert_id).first(conn)?;
    let Some(expert) = expert else { return Ok(None) };
    let username: String =
        account::table.filter(account::expert_id.eq(expert)).select(account::username).first(conn)?;
    caller(app, &username).map(Some)
}

/// A concluded consultation about products of a class of which there is no article, with the caller that its expert is.
pub(super) fn concluded(app: &App, class: &str) -> Result<Option<(ConsultationId, Caller)>, Problem> {
    let conn = &mut *app.conn()?;
    let of_class = app.catalogue().products.kinds().filter(|kind| kind.class == class);
    let kinds: Vec<String> = of_class.map(|kind| kind.code.clone()).collect();
    let taken: Vec<Option<ConsultationId>> =
        knowledge_article::table.select(knowledge_article::consultation_id).load(conn)?;
    let taken: Vec<ConsultationId> = taken.into_iter().flatten().collect();
    let experts: Vec<Option<ExpertId>> = account::table
        .filter(account::active.eq(true))
        .filter(account::expert_id.is_not_null())
        .select(account::expert_id)
        .load(conn)?;
    let found: Option<(ConsultationId, Option<ExpertId>)> = consultation::table
        .filter(consultation::expert_id.eq_any(experts.into_iter().flatten()))
        .filter(consultation::status.eq(Status::Concluded))
        .filter(consultation::closed.is_null())
        .filter(consultation::product_kind.eq_any(kinds))
        .filter(consultation::id.ne_all(taken))
        .order(consultation::id)
        .select((consultation::id, consultation::expert_id))
        .first(conn)
        .optional()?;
    let Some((id, expert)) = found else { return Ok(None) };
    let username: String =
        account::table.filter(account::expert_id.eq(expert)).select(account::username).first(conn)?;
    Ok(Some((id, caller(app, &username)?)))
}

/// The nonconformity of an enterprise that has one, with its case.
pub(super) fn case_of(app: &App, caller: &Caller) -> Result<(NonconformityId, CaseId), Problem> {
    let Some(Scope::Enterprise(id)) = caller.actor.scope() else { return Err(Problem::forbidden()) };
    use published::remediation_case as c;
    Ok(c::table
        .filter(c::enterprise_id.eq(id.0))
        .select((c::nonconformity_id, c::id))
        .first(&mut *app.conn()?)?)
}

/// The first nonconformity of an enterprise, with its case once there is one.
pub(super) fn first_nonconformity(
    app: &App,
    uscc: &str,
) -> Result<(NonconformityId, Option<CaseId>), Problem> {
    use published::{enterprise as e, nonconformity as n, remediation_case as c};
    Ok(n::table
        .inner_join(e::table.on(e::id.eq(n::enterprise_id)))
        .left_join(c::table.on(c::nonconformity_id.eq(n::id)))
        .filter(e::uscc.eq(uscc))
        .order(n::id)
        .select((n::id, c::id.nullable()))
        .first(&mut *app.conn()?)?)
}

/// Makes the account of a demo enterprise without a mail.
#[derive(Serialize)]
pub(super) struct ClaimForDemo {
    pub uscc: String,
    pub username: String,
    pub name: String,
    /// The hash of the password.
    pub hash: String,
    pub email: String,
}

impl Command for ClaimForDemo {
    type Output = AccountId;
    const NAME: &'static str = "claim_for_demo";

    fn run(&self, tx: &mut Tx) -> Result<AccountId, Problem> {
        let id: EnterpriseId = enterprise::table
            .filter(enterprise::uscc.eq(&self.uscc))
            .select(enterprise::id)
            .first(&mut *tx.conn)?;
        let new = NewAccount {
            username: &self.username,
            password_hash: &self.hash,
            scope: Scope::Enterprise(id),
            name: &self.name,
            email: Some(&self.email),
            language: Language::Zh,
            active: true,
        };
        create_account(tx, new)
    }
}

/// Makes an expert who waits for an officer's decision, without a mail.
#[derive(Serialize)]
pub(super) struct ApplyForDemo {
    pub application: ApplyAsExpert,
    pub username: String,
    /// The hash of the password.
    #[serde(skip)]
    pub hash: String,
}

impl Command for ApplyForDemo {
    type Output = ExpertId;
    const NAME: &'static str = "apply_for_demo";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let checked = self.application.check(tx)?;
        Ok(self.application.admit(tx, ExpertId::new(), &checked, &self.username, &self.hash)?.id)
    }
}

/// Enters a certificate of an application; its bytes are stored behind it.
#[derive(Serialize)]
pub(super) struct CertificateForDemo {
    pub id: ExpertId,
    pub file: StartUpload,
}

impl Command for CertificateForDemo {
    type Output = AttachmentId;
    const NAME: &'static str = "certificate_for_demo";

    fn run(&self, tx: &mut Tx) -> Result<AttachmentId, Problem> {
        let made = applications::enter(tx, self.id.0, &self.file, 1)?.ok_or_else(Problem::not_found)?;
        applications::finish(tx, self.id.0, made.id)?;
        Ok(made.id)
    }
}

/// The body of this name.
pub(super) fn body(app: &App, name: &str) -> Result<LaboratoryId, Problem> {
    Ok(laboratory::table.filter(laboratory::name.eq(name)).select(laboratory::id).first(&mut *app.conn()?)?)
}

/// The programme of this name.
pub(super) fn programme(app: &App, name: &str) -> Result<ProgrammeId, Problem> {
    Ok(programme::table.filter(programme::name.eq(name)).select(programme::id).first(&mut *app.conn()?)?)
}

/// The plan that was applied last.
pub(super) fn applied_plan(app: &App) -> Result<Option<PlanId>, Problem> {
    Ok(matching_plan::table
        .filter(matching_plan::state.eq(PlanState::Applied))
        .order(matching_plan::decided_at.desc())
        .select(matching_plan::id)
        .first(&mut *app.conn()?)
        .optional()?)
}

/// The round of this number.
pub(super) fn circuit_round(app: &App, no: i32) -> Result<CircuitRoundId, Problem> {
    Ok(circuit_round::table
        .filter(circuit_round::no.eq(no))
        .select(circuit_round::id)
        .first(&mut *app.conn()?)?)
}

/// The enterprise of this credit code.
pub(super) fn enterprise_of(app: &App, uscc: &str) -> Result<EnterpriseId, Problem> {
    Ok(enterprise::table.filter(enterprise::uscc.eq(uscc)).select(enterprise::id).first(&mut *app.conn()?)?)
}

/// The product kinds and places of the samplings whose result is final, the first one first.
pub(super) fn sampled_places(app: &App) -> Result<Vec<(String, String)>, Problem> {
    let found: Vec<(Option<String>, String)> = inspection::table
        .filter(inspection::method.eq("sampling"))
        .filter(inspection::final_on.is_not_null())
        .order(inspection::id)
        .select((inspection::product_kind, inspection::place_region))
        .load(&mut *app.conn()?)?;
    Ok(found.into_iter().filter_map(|(kind, place)| Some((kind?, place))).collect())
}

/// The inspection under this number.
pub(super) fn inspection(app: &App, number: &str) -> Result<InspectionId, Problem> {
    Ok(inspection::table
        .filter(inspection::number.eq(number))
        .select(inspection::id)
        .first(&mut *app.conn()?)?)
}

/// Makes the account of a sampler or of a laboratory's person without a mail.
#[derive(Serialize)]
pub(super) struct CreateForBody {
    pub username: String,
    pub name: String,
    pub email: String,
    /// The hash of the password.
    pub hash: String,
    pub role: Role,
    pub body: LaboratoryId,
}

impl Command for CreateForBody {
    type Output = AccountId;
    const NAME: &'static str = "create_for_body";

    fn run(&self, tx: &mut Tx) -> Result<AccountId, Problem> {
        let scope = match self.role {
            Role::Sampler => Scope::Sampler(self.body),
            _ => Scope::Laboratory(self.body),
        };
        let new = NewAccount {
            username: &self.username,
            password_hash: &self.hash,
            scope,
            name: &self.name,
            email: Some(&self.email),
            language: Language::Zh,
            active: true,
        };
        create_account(tx, new)
    }
}

/// Removes the figures that were counted of past days before all of this had happened in them, and the mails to the demo people:
/// nobody lives at their addresses.
pub(super) fn remove_figures_and_mails(app: &App) -> Result<(), Problem> {
    let mut conn = app.conn()?;
    diesel::delete(past_day::table).execute(&mut conn)?;
    diesel::delete(outbox_mail::table.filter(outbox_mail::recipient.like("%@example.com")))
        .execute(&mut conn)?;
    Ok(())
}

/// The expert with this account.
pub(super) fn expert_of(app: &App, username: &str) -> Result<ExpertId, Problem> {
    Ok(account::table
        .filter(account::username.eq(username))
        .filter(account::expert_id.is_not_null())
        .select(account::expert_id.assume_not_null())
        .first(&mut *app.conn()?)?)
}

/// An enterprise of a city that is on the list since before this day, with the name by which somebody of it logs in; none where there is none.
pub(super) fn listed_with_account(
    app: &App,
    city: &str,
    before: NaiveDate,
) -> Result<Option<(EnterpriseId, String)>, Problem> {
    let within: String = city.chars().take(4).chain(['%']).collect();
    use published::{account as a, enterprise as e, nonconformity as n};
    Ok(n::table
        .inner_join(e::table.on(e::id.eq(n::enterprise_id)))
        .inner_join(a::table.on(a::enterprise_id.eq(e::id.nullable())))
        .filter(e::region.like(within))
        .filter(e::withdrawn_at.is_null())
        .filter(n::created_at.lt(shanghai_midnight(before)))
        .filter(a::active)
        .order((n::id, a::id))
        .select((e::id, a::username))
        .first(&mut *app.conn()?)
        .optional()?)
}
