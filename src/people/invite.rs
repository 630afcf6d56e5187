//! Someone is invited by mail: an officer, an operator or an expert by those in charge, a colleague by the first of an enterprise's people.

use crate::accounts::people::colleagues;
use crate::core::actor::{Actor, Role, Scope};
use crate::core::fields::Fields;
use crate::core::ids::{EnterpriseId, LaboratoryId};
use crate::core::{Code, Language, Problem, Text};
use crate::db::published::{enterprise, laboratory};
use crate::db::schema::{account_invitation as invitation, region_scope};
use crate::db::{Command, Tx};
use crate::enterprises::Uscc;
use crate::people::ids::InvitationId;
use crate::people::invitations::{InvitationRow, audit, mail, open_to, require_calm};
use crate::people::policy::{managed_enterprise, may_give, permit};
use crate::people::resend::invited_already;
use crate::people::settings::PeopleSettings;
use chrono::Duration;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Invites an officer, an operator, an expert, a sampler or somebody of a laboratory. Who is invited chooses name and password behind the mailed link.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitePerson {
    /// `admin` (an officer), `operator`, `expert`, `sampler` or `laboratory`.
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
    /// The body that a sampler or somebody of a laboratory belongs to.
    #[serde(default)]
    pub laboratory: Option<LaboratoryId>,
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
        let (region, body_region) = (self.region(tx, &mut fields), self.body(tx, &mut fields)?);
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
        let reach = region.as_deref().or(body_region.as_deref());
        if !may_give(&tx.actor, self.role, reach, &tx.catalogue) {
            return Err(Problem::forbidden());
        }
        let new = InvitationRow::new(tx, self.role, name, email, self.language);
        let row = InvitationRow { region, title, laboratory_id: self.laboratory, ..new };
        store_and_mail(tx, &row)?;
        audit(tx, Self::NAME, &row)?;
        Ok(row.id)
    }
}

impl InvitePerson {
    /// The region of the body that the person is to belong to; none for other roles.
    fn body(&self, tx: &mut Tx, fields: &mut Fields) -> Result<Option<String>, Problem> {
        let (id, takes_samples) = match (self.role, self.laboratory) {
            (Role::Sampler | Role::Laboratory, Some(id)) => (id, self.role == Role::Sampler),
            (Role::Sampler | Role::Laboratory, None) => {
                fields.fault("/laboratory", "须指定所属机构", "needs the body that the person belongs to");
                return Ok(None);
            }
            (_, given) => {
                let none = given.is_none();
                fields.require(
                    none,
                    "/laboratory",
                    "仅抽样和检验人员填写所属机构",
                    "goes with samplers and laboratories only",
                );
                return Ok(None);
            }
        };
        let found = laboratory::table
            .find(id.0)
            .filter(laboratory::active.eq(true))
            .select((laboratory::region, laboratory::takes_samples, laboratory::products))
            .first::<(String, bool, Vec<String>)>(&mut *tx.conn)
            .optional()?;
        let seen = found.filter(|(region, ..)| may_give(&tx.actor, self.role, Some(region), &tx.catalogue));
        let Some((region, samples, products)) = seen else {
            fields.fault("/laboratory", "不是您辖区内在用的机构", "is no active body of your region");
            return Ok(None);
        };
        let fits = if takes_samples { samples } else { !products.is_empty() };
        fields.require(
            fits,
            "/laboratory",
            "该机构不承担此项工作（抽样或检验）",
            "this body does not do that work (sampling or testing)",
        );
        Ok(Some(region))
    }

    fn region(&self, tx: &Tx, fields: &mut Fields) -> Option<String> {
        let given = self.region.as_deref().map(str::trim).filter(|code| !code.is_empty());
        match (self.role, given) {
            (Role::Operator | Role::Sampler | Role::Laboratory, None) => None,
            (Role::Sampler | Role::Laboratory, Some(_)) => {
                fields.fault("/region", "地区由所属机构确定", "the region is that of the body");
                None
            }
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
        self.invite_to(tx, id)
    }
}

impl InviteColleague {
    /// Invites the colleague to this enterprise.
    fn invite_to(&self, tx: &mut Tx, id: EnterpriseId) -> Result<InvitationId, Problem> {
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
        require_calm(tx, id)?;
        let new = InvitationRow::new(tx, Role::Enterprise, name, email, self.language);
        let row = InvitationRow { enterprise_id: Some(id), ..new };
        store_and_mail(tx, &row)?;
        audit(tx, Self::NAME, &row)?;
        Ok(row.id)
    }
}

/// Invites somebody to be one of the people of an enterprise that has an account. Done by the platform, in the place of the first of its people.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InviteColleagueTo {
    /// The credit code of the enterprise.
    pub uscc: String,
    /// Who is invited.
    pub colleague: InviteColleague,
}

impl Command for InviteColleagueTo {
    type Output = InvitationId;
    const NAME: &'static str = "invite_colleague";

    fn run(&self, tx: &mut Tx) -> Result<InvitationId, Problem> {
        if !matches!(tx.actor, Actor::System) {
            return Err(Problem::forbidden());
        }
        // A code that was let in need not hold its check character.
        let code = Uscc::typed(&self.uscc)
            .map_or_else(|_| self.uscc.trim().to_uppercase(), |uscc| uscc.as_str().to_owned());
        let id: EnterpriseId = enterprise::table
            .filter(enterprise::uscc.eq(&code))
            .select(enterprise::id)
            .first(&mut *tx.conn)
            .optional()?
            .ok_or_else(|| Problem::field("/uscc", Text::new("没有该企业", "is of no enterprise here")))?;
        if colleagues(&mut tx.conn, id)?.is_empty() {
            let text = Text::new(
                "该企业尚无人员，请先由企业认领账号",
                "is of an enterprise that nobody works for yet; it has to claim its account first",
            );
            return Err(Problem::field("/uscc", text));
        }
        self.colleague.invite_to(tx, id)
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

/// The bodies whose people the actor may invite, by their names: at most 500.
///
/// # Errors
/// When the database can't be asked.
pub fn bodies(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<(uuid::Uuid, String)>, Problem> {
    let mut query = laboratory::table.filter(laboratory::active.eq(true)).into_boxed();
    if let Some(own) = actor.officer_region() {
        let within = region_scope::table.filter(region_scope::scope.eq(own.to_owned()));
        query = query.filter(laboratory::region.eq_any(within.select(region_scope::region)));
    }
    Ok(query.order(laboratory::name).limit(500).select((laboratory::id, laboratory::name)).load(conn)?)
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
            invitation::laboratory_id.eq(row.laboratory_id),
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
