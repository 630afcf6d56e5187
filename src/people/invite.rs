//! Someone is invited by mail: an officer, an operator or an expert by those in charge, a colleague by the first of an enterprise's people.

use crate::accounts::people::colleagues;
use crate::core::actor::{Role, Scope};
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Language, Problem, Text};
use crate::db::published::enterprise;
use crate::db::schema::account_invitation as invitation;
use crate::db::{Command, Tx};
use crate::people::ids::InvitationId;
use crate::people::invitations::{InvitationRow, audit, mail, open_to};
use crate::people::policy::{managed_enterprise, may_give, permit};
use crate::people::resend::invited_already;
use crate::people::settings::PeopleSettings;
use chrono::Duration;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Invites an officer, an operator or an expert. Who is invited chooses name and password behind the mailed link.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitePerson {
    /// `admin` (an officer), `operator` or `expert`.
    pub role: Role,
    /// The person's name.
    pub name: String,
    /// Where the invitation goes.
    pub email: String,
    /// Code of an officer's region, or of the one that an expert serves; the caller's own where none is named.
    #[serde(default)]
    #[schema(example = "440100")]
    pub region: Option<String>,
    /// An expert's professional title, such as 高级工程师.
    #[serde(default)]
    pub title: Option<String>,
    /// The language of mails; Chinese where none is named.
    #[serde(default)]
    pub language: Language,
}

/// Invites a colleague to one's enterprise.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteColleague {
    /// The colleague's name.
    pub name: String,
    /// Where the invitation goes.
    pub email: String,
    /// The language of mails; Chinese where none is named.
    #[serde(default)]
    pub language: Language,
}

impl Command for InvitePerson {
    type Output = InvitationId;
    const NAME: &'static str = "invite_person";

    fn run(&self, tx: &mut Tx) -> Result<InvitationId, Problem> {
        permit(&tx.actor)?;
        let mut fields = Fields::new();
        let name = fields.text("/name", &self.name, 100);
        let email = fields.email("/email", &self.email);
        let region = self.region(tx, &mut fields);
        let title = match self.role {
            Role::Expert => Some(fields.text("/title", self.title.as_deref().unwrap_or_default(), 100)),
            _ => None,
        };
        fields.require(
            title.is_some() || self.title.is_none(),
            "/title",
            "仅专家填写职称",
            "only experts have a professional title here",
        );
        fields.done()?;
        if !may_give(&tx.actor, self.role, region.as_deref(), &tx.catalogue) {
            return Err(Problem::forbidden());
        }
        let new = InvitationRow::new(tx, self.role, name, email, self.language);
        let row = InvitationRow { region, title, ..new };
        store_and_mail(tx, &row)?;
        audit(tx, Self::NAME, &row)?;
        Ok(row.id)
    }
}

impl InvitePerson {
    fn region(&self, tx: &Tx, fields: &mut Fields) -> Option<String> {
        let given = self.region.as_deref().map(str::trim).filter(|code| !code.is_empty());
        match (self.role, given) {
            (Role::Operator, None) => None,
            (Role::Operator, Some(_)) => {
                fields.fault("/region", "平台运营人员没有行政区划", "an operator has no region");
                None
            }
            (Role::Admin | Role::Expert, Some(code)) => {
                let known = tx.catalogue.regions.get(code).is_some();
                fields.require(known, "/region", "未知的行政区划代码", "is not a known region code");
                Some(code.to_owned())
            }
            (Role::Admin | Role::Expert, None) => {
                let own = match tx.actor.scope() {
                    Some(Scope::Admin(own)) => Some(own.clone()),
                    _ => None,
                };
                fields.require(own.is_some(), "/region", "须指定行政区划", "needs a region");
                own
            }
            (Role::Enterprise, _) => {
                fields.fault(
                    "/role",
                    "企业人员由本企业邀请",
                    "people of an enterprise are invited by their enterprise",
                );
                None
            }
        }
    }
}

impl Command for InviteColleague {
    type Output = InvitationId;
    const NAME: &'static str = "invite_colleague";

    fn run(&self, tx: &mut Tx) -> Result<InvitationId, Problem> {
        let id = managed_enterprise(tx)?;
        let mut fields = Fields::new();
        let name = fields.text("/name", &self.name, 100);
        let email = fields.email("/email", &self.email);
        fields.done()?;
        // One after the other, so that all are counted.
        enterprise::table
            .find(id)
            .select(enterprise::id)
            .for_no_key_update()
            .first::<EnterpriseId>(&mut *tx.conn)?;
        let colleagues = colleagues(&mut tx.conn, id)?;
        // Colleagues see these addresses. Of any other it must not be told whether somebody has an account with it.
        let has = colleagues
            .iter()
            .find(|row| row.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(&email)));
        if let Some(row) = has {
            let text = match Some(row.id) == tx.actor.account() {
                true => Text::new("这是您自己的邮箱", "is your own address"),
                false => Text::new("该邮箱属于贵企业的人员", "is the address of a colleague already"),
            };
            return Err(Problem::field("/email", text));
        }
        let there = colleagues.len();
        let open = usize::try_from(open_to(&mut tx.conn, id)?).unwrap_or(usize::MAX);
        require_room(tx, there.saturating_add(open))?;
        let new = InvitationRow::new(tx, Role::Enterprise, name, email, self.language);
        let row = InvitationRow { enterprise_id: Some(id), ..new };
        store_and_mail(tx, &row)?;
        audit(tx, Self::NAME, &row)?;
        Ok(row.id)
    }
}

/// Refuses one more person where an enterprise has so many already.
///
/// # Errors
/// 409 `too_many_colleagues`.
pub fn require_room(tx: &Tx, there: usize) -> Result<(), Problem> {
    let most = tx.settings.section::<PeopleSettings>().colleagues;
    if there < usize::try_from(most).unwrap_or(usize::MAX) {
        return Ok(());
    }
    let text = Text::new(
        format!("每家企业的人员和未接受的邀请合计不能超过 {most}"),
        format!("an enterprise has at most {most} people, open invitations included"),
    );
    Err(Problem::new(Code::TooManyColleagues, text))
}

fn store_and_mail(tx: &mut Tx, row: &InvitationRow) -> Result<(), Problem> {
    let hours = i64::from(tx.settings.section::<PeopleSettings>().invitation_hours);
    let inserted = diesel::insert_into(invitation::table)
        .values((
            invitation::id.eq(row.id),
            invitation::role.eq(row.role),
            invitation::name.eq(&row.name),
            invitation::email.eq(&row.email),
            invitation::language.eq(&row.language),
            invitation::region.eq(&row.region),
            invitation::enterprise_id.eq(row.enterprise_id),
            invitation::title.eq(&row.title),
            invitation::invited_by.eq(row.invited_by),
            invitation::state.eq(row.state),
            invitation::sent_at.eq(tx.now),
            invitation::sent_count.eq(row.sent_count),
            invitation::expires_at.eq(tx.now + Duration::hours(hours)),
            invitation::created_at.eq(tx.now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    if inserted == 0 {
        return Err(invited_already());
    }
    mail(tx, row)
}
