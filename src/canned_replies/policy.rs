//! Who sees a canned reply, and who keeps it.

use crate::canned_replies::ids::CannedReplyId;
use crate::canned_replies::scope::ReplyScope;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::AccountId;
use crate::core::{Problem, Text};
use crate::db::published::expert;
use crate::db::schema::canned_reply;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// For whom an actor writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writer {
    /// The account.
    pub account: AccountId,
    /// Code of the product hospital of an expert.
    pub hospital: Option<String>,
    /// Whether it is an officer of a province or above.
    pub keeps_platform: bool,
}

impl Writer {
    /// The actor as one who uses canned replies.
    ///
    /// # Errors
    /// 401 for nobody, 403 for who is neither expert nor officer.
    pub fn of(conn: &mut PgConnection, actor: &Actor) -> Result<Self, Problem> {
        let account = actor.account().ok_or_else(Problem::unauthenticated)?;
        let (hospital, keeps_platform) = match actor.scope() {
            Some(Scope::Expert(id)) => {
                (expert::table.find(*id).select(expert::hospital).first::<Option<String>>(conn)?, false)
            }
            Some(Scope::Admin(region)) => (None, region.ends_with("0000")),
            _ => return Err(Problem::forbidden()),
        };
        Ok(Self { account, hospital, keeps_platform })
    }

    /// The replies that this one sees.
    pub fn visible(&self) -> canned_reply::BoxedQuery<'static, Pg> {
        use canned_reply as r;
        let seen = r::scope.eq(ReplyScope::Platform).or(r::account_id.assume_not_null().eq(self.account));
        let query = r::table.into_boxed();
        match self.hospital.clone() {
            Some(hospital) => query.filter(seen.or(r::hospital.assume_not_null().eq(hospital))),
            None => query.filter(seen),
        }
    }

    /// Whether this one keeps replies of a scope. Of a hospital and an account only the own ones are visible.
    pub fn keeps(&self, scope: ReplyScope) -> bool {
        match scope {
            ReplyScope::Own => true,
            ReplyScope::Hospital => self.hospital.is_some(),
            ReplyScope::Platform => self.keeps_platform,
        }
    }

    /// Refuses who does not keep replies of a scope.
    ///
    /// # Errors
    /// 403 with the reason.
    pub fn permit(&self, scope: ReplyScope) -> Result<(), Problem> {
        if self.keeps(scope) {
            return Ok(());
        }
        let mut problem = Problem::forbidden();
        problem.detail = match scope {
            ReplyScope::Hospital => Text::new(
                "产品医院的常用语由该医院的专家维护",
                "the canned replies of a product hospital are kept by its experts",
            ),
            _ => Text::new(
                "平台的常用语由省级监管人员维护",
                "the canned replies of the platform are kept by officers of a province",
            ),
        };
        Err(problem)
    }
}

/// Whether the actor sees the reply of this id; asked before the body of a request is read.
///
/// # Errors
/// 403 for who is neither expert nor officer; when the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = Writer::of(conn, actor)?.visible().filter(canned_reply::id.eq(CannedReplyId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}
