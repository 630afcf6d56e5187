//! Who may know of an account ([`visible_to`] for lists and single rows, [`sees`] for a loaded one, held together by a test), and who may
//! change it, invite to a role, and manage the people of an enterprise.

use crate::accounts::people::colleagues;
use crate::accounts::store::AccountRow;
use crate::catalogue::Catalogue;
use crate::core::actor::{Actor, Person, Role, Scope};
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::published::{account, enterprise, laboratory};
use crate::db::schema::region_scope;
use crate::enterprises::queries::region_of;
use crate::experts::Vetting;
use crate::experts::policy::{ExpertFacts, facts, may_vet, visible_ids};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// A condition on accounts.
pub type Visible = Box<dyn BoxableExpression<account::table, Pg, SqlType = Bool>>;

/// What the decisions need of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    /// Id of the account.
    pub id: AccountId,
    /// The role of the account.
    pub role: Role,
    /// The region of an officer, or of the enterprise or body whose person it is.
    pub region: Option<String>,
    /// What is known of the expert whose account it is.
    pub expert: Option<ExpertFacts>,
}

impl AccountFacts {
    /// Loads the facts of an account.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn of(conn: &mut PgConnection, row: &AccountRow) -> Result<Self, Problem> {
        let region = match (row.enterprise_id, row.laboratory_id) {
            (Some(enterprise), _) => Some(region_of(conn, enterprise)?),
            (None, Some(body)) => {
                Some(laboratory::table.find(body.0).select(laboratory::region).first(conn)?)
            }
            (None, None) => row.region.clone(),
        };
        let expert = row.expert_id.map(|expert| facts(conn, expert)).transpose()?;
        Ok(Self { id: row.id, role: row.role, region, expert })
    }

    /// The region whose regulators may see rows of the audit about it.
    pub fn audit_region(&self) -> Option<&str> {
        let served = self.expert.as_ref().and_then(|expert| expert.regions.first());
        self.region.as_ref().or(served).map(String::as_str)
    }
}

/// Whether the actor has any part in the accounts of others.
///
/// # Errors
/// 401 without a log-in; 403 for enterprises and experts.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_) | Scope::Operator)) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// Whether the actor may know of an account: the operator of all; an officer of those of the own region's officers and enterprises, and of
/// the experts that the officer may know of.
pub fn sees(actor: &Actor, account: &AccountFacts, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => true,
        (_, Some(Scope::Admin(scope))) => match account.role {
            Role::Admin | Role::Enterprise | Role::Sampler | Role::Laboratory => {
                lies_within(account, scope, catalogue)
            }
            Role::Expert => account.expert.as_ref().is_some_and(|expert| {
                expert.vetting == Vetting::Approved || may_vet(actor, expert, catalogue)
            }),
            Role::Operator => false,
        },
        _ => false,
    }
}

/// The accounts that the actor may know of.
pub fn visible_to(actor: &Actor) -> Visible {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => Box::new(true.into_sql::<Bool>()),
        (_, Some(Scope::Admin(scope))) => {
            let within = || {
                region_scope::table.filter(region_scope::scope.eq(scope.clone())).select(region_scope::region)
            };
            let officers =
                account::role.eq(Role::Admin).and(account::region.assume_not_null().eq_any(within()));
            let enterprises =
                enterprise::table.filter(enterprise::region.eq_any(within())).select(enterprise::id);
            let people = account::enterprise_id.assume_not_null().eq_any(enterprises);
            let bodies = laboratory::table.filter(laboratory::region.eq_any(within())).select(laboratory::id);
            let of_bodies = account::laboratory_id.assume_not_null().eq_any(bodies);
            let experts = account::expert_id.eq_any(visible_ids(actor)).assume_not_null();
            Box::new(
                officers
                    .or(account::role.eq(Role::Enterprise).and(people))
                    .or(account::role.eq(Role::Expert).and(experts))
                    .or(account::role.eq_any([Role::Sampler, Role::Laboratory]).and(of_bodies)),
            )
        }
        _ => Box::new(false.into_sql::<Bool>()),
    }
}

/// Whether the actor may know of the account of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found =
        account::table.filter(visible_to(actor)).filter(account::id.eq(AccountId(id))).into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor may change an account: the operator any; an officer those of the own region, and experts who serve it.
pub fn manages(actor: &Actor, account: &AccountFacts, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => true,
        (_, Some(Scope::Admin(scope))) => match account.role {
            Role::Admin | Role::Enterprise | Role::Sampler | Role::Laboratory => {
                lies_within(account, scope, catalogue)
            }
            Role::Expert => account.expert.as_ref().is_some_and(|expert| may_vet(actor, expert, catalogue)),
            Role::Operator => false,
        },
        _ => false,
    }
}

/// Refuses who may not change the account.
///
/// # Errors
/// 404 for what the actor may not know of, else 403.
pub fn permit_change(actor: &Actor, account: &AccountFacts, catalogue: &Catalogue) -> Result<(), Problem> {
    permit(actor)?;
    match (sees(actor, account, catalogue), manages(actor, account, catalogue)) {
        (false, _) => Err(Problem::not_found()),
        (true, false) => Err(Problem::forbidden()),
        (true, true) => Ok(()),
    }
}

/// Refuses who may not let the account in again, by a link for another password or without its second factor: as [`permit_change`], but
/// neither oneself nor an officer of exactly the same region, who is a colleague and not in charge.
///
/// # Errors
/// 404 for what the actor may not know of, else 403.
pub fn permit_reset(actor: &Actor, account: &AccountFacts, catalogue: &Catalogue) -> Result<(), Problem> {
    permit_change(actor, account, catalogue)?;
    let own = actor.account() == Some(account.id);
    let colleague = account.role == Role::Admin
        && matches!(actor.scope(), Some(Scope::Admin(region)) if account.region.as_ref() == Some(region));
    if own || colleague { Err(Problem::forbidden()) } else { Ok(()) }
}

/// Refuses what one does to the own account.
///
/// # Errors
/// 409 `own_account`.
pub fn refuse_own(actor: &Actor, id: AccountId) -> Result<(), Problem> {
    if actor.account() != Some(id) {
        return Ok(());
    }
    let text = Text::new("不能对本人账号进行此操作", "nobody does this to the own account; ask someone else");
    Err(Problem::new(Code::OwnAccount, text))
}

/// Whether the actor may give someone a role in a region, or the operator's role: nobody gives what reaches beyond the own region.
pub fn may_give(actor: &Actor, role: Role, region: Option<&str>, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => true,
        (_, Some(Scope::Admin(scope))) => {
            matches!(role, Role::Admin | Role::Expert | Role::Sampler | Role::Laboratory)
                && region.is_some_and(|region| catalogue.regions.contains(scope, region))
        }
        _ => false,
    }
}

fn lies_within(account: &AccountFacts, scope: &str, catalogue: &Catalogue) -> bool {
    account.region.as_deref().is_some_and(|region| catalogue.regions.contains(scope, region))
}

/// The enterprise of the acting person.
///
/// # Errors
/// 401 without a log-in, 403 for anyone else.
pub fn own_enterprise(actor: &Actor) -> Result<(&Person, EnterpriseId), Problem> {
    let person = actor.person().ok_or_else(Problem::unauthenticated)?;
    match person.scope {
        Scope::Enterprise(id) => Ok((person, id)),
        _ => Err(Problem::forbidden()),
    }
}

/// Whether the person is the first of the enterprise's people, who manages the others.
///
/// # Errors
/// When the database can't be asked.
pub fn is_first(conn: &mut PgConnection, enterprise: EnterpriseId, who: AccountId) -> QueryResult<bool> {
    Ok(colleagues(conn, enterprise)?.first().is_some_and(|first| first.id == who))
}

/// The enterprise whose people the actor manages, as the first of them.
///
/// # Errors
/// 401 without a log-in, 403 for everyone else.
pub fn managed_enterprise(tx: &mut Tx) -> Result<EnterpriseId, Problem> {
    let (account, id) = own_enterprise(&tx.actor).map(|(person, id)| (person.account, id))?;
    if is_first(&mut tx.conn, id, account)? {
        return Ok(id);
    }
    let mut problem = Problem::forbidden();
    problem.detail = Text::new(
        "只有本企业最先开通账号的人员可以邀请和移除同事",
        "only the first of the enterprise's people invites and removes colleagues",
    );
    Err(problem)
}
