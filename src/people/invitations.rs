//! Invitations: their rows, views and mails.

use crate::accounts::one_time_link::{self, NewLink, Purpose};
use crate::core::actor::{Actor, Role, Scope};
use crate::core::ids::{AccountId, EnterpriseId, LaboratoryId};
use crate::core::page::{Page, Slice};
use crate::core::{Code, Language, Problem, Text};
use crate::db::Tx;
use crate::db::published::{account, enterprise, laboratory};
use crate::db::schema::{account_invitation as invitation, region_scope};
use crate::db::search::{Columns, Search};
use crate::db::tx::Subject;
use crate::enterprises::queries::region_of;
use crate::notifications::outbox::MailId;
use crate::notifications::outcome::{self, LastMail, MailOutcome};
use crate::notifications::{Recipient, outbox};
use crate::people::ids::InvitationId;
use crate::people::invitation_state::InvitationState;
use crate::people::mails::Mail;
use crate::people::settings::PeopleSettings;
use chrono::{DateTime, Duration, Utc};
use diesel::dsl::{exists, sum};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// What the links of invitations are for.
pub const INVITATION: Purpose = Purpose::new("invitation");

/// What a link holds: the invitation, and which of its mails it came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkData {
    /// The invitation that the link accepts.
    pub invitation: InvitationId,
    /// How often it was mailed by then.
    pub sent: i32,
}

/// A row of `account_invitation`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = invitation, check_for_backend(Pg))]
pub struct InvitationRow {
    /// Id of the invitation.
    pub id: InvitationId,
    /// The role that the person gets.
    pub role: Role,
    /// The person's name.
    pub name: String,
    /// The mail address that is invited.
    pub email: String,
    /// The tag of the language.
    pub language: String,
    /// The region of an officer, or the one that an expert serves.
    pub region: Option<String>,
    /// The enterprise whose person it becomes.
    pub enterprise_id: Option<EnterpriseId>,
    /// The body that a sampler or somebody of a laboratory belongs to.
    pub laboratory_id: Option<LaboratoryId>,
    /// An expert's professional title.
    pub title: Option<String>,
    /// Who invited; none where the command line did.
    pub invited_by: Option<AccountId>,
    /// The state of the invitation.
    pub state: InvitationState,
    /// How often it was mailed.
    pub sent_count: i32,
}

impl InvitationRow {
    /// A new one by who acts, to be mailed for the first time, to no region or enterprise yet.
    pub fn new(tx: &Tx, role: Role, name: String, email: String, language: Language) -> Self {
        Self {
            id: InvitationId::new(),
            role,
            name,
            email,
            language: language.tag().to_owned(),
            region: None,
            enterprise_id: None,
            laboratory_id: None,
            title: None,
            invited_by: tx.actor.account(),
            state: InvitationState::Open,
            sent_count: 1,
        }
    }

    /// The region of what the person is to belong to: the enterprise, the body, or the region of an officer or expert; none for an operator.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn region_of(&self, tx: &mut Tx) -> Result<Option<String>, Problem> {
        match (self.enterprise_id, self.laboratory_id) {
            (Some(id), _) => region_of(&mut tx.conn, id).map(Some),
            (None, Some(id)) => {
                Ok(Some(laboratory::table.find(id.0).select(laboratory::region).first(&mut *tx.conn)?))
            }
            (None, None) => Ok(self.region.clone()),
        }
    }
}

/// An invitation, as it is listed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = invitation, check_for_backend(Pg))]
pub struct InvitationView {
    /// Id of the invitation.
    pub id: InvitationId,
    /// The role that the person gets.
    pub role: Role,
    /// The person's name.
    pub name: String,
    /// The mail address that is invited.
    pub email: String,
    /// The region of an officer, or the one that an expert serves.
    pub region: Option<String>,
    /// The enterprise whose person it becomes.
    pub enterprise_id: Option<EnterpriseId>,
    /// The body that a sampler or somebody of a laboratory belongs to.
    pub laboratory_id: Option<LaboratoryId>,
    /// The name of who invited; none where the command line did.
    #[diesel(select_expression = inviter())]
    pub invited_by: Option<String>,
    /// The state of the invitation.
    pub state: InvitationState,
    /// When it was mailed last.
    pub sent_at: DateTime<Utc>,
    /// Until when the link of that mail is good.
    pub expires_at: DateTime<Utc>,
    /// The account that was made of it.
    pub account_id: Option<AccountId>,
    /// How its last mail stands.
    #[diesel(column_name = mail_id, deserialize_as = Option<MailId>)]
    #[schema(value_type = Option<MailOutcome>)]
    pub mail: LastMail,
}

/// A condition on invitations.
type Visible = Box<dyn BoxableExpression<invitation::table, Pg, SqlType = Bool>>;

/// The invitations that the actor may know of: the operator of all, an officer of those to the own region, the people of an enterprise of
/// those of their enterprise.
pub fn visible_to(actor: &Actor) -> Visible {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => Box::new(true.into_sql::<Bool>()),
        (_, Some(Scope::Admin(scope))) => {
            let within = || {
                region_scope::table.filter(region_scope::scope.eq(scope.clone())).select(region_scope::region)
            };
            let bodies = laboratory::table.filter(laboratory::region.eq_any(within())).select(laboratory::id);
            Box::new(
                invitation::role
                    .eq_any([Role::Admin, Role::Expert])
                    .and(invitation::region.assume_not_null().eq_any(within()))
                    .or(invitation::role
                        .eq_any([Role::Sampler, Role::Laboratory])
                        .and(invitation::laboratory_id.assume_not_null().eq_any(bodies))),
            )
        }
        (_, Some(Scope::Enterprise(id))) => Box::new(
            invitation::role.eq(Role::Enterprise).and(invitation::enterprise_id.assume_not_null().eq(*id)),
        ),
        _ => Box::new(false.into_sql::<Bool>()),
    }
}

/// Whether the actor may know of the invitation of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = invitation::table
        .filter(visible_to(actor))
        .filter(invitation::id.eq(InvitationId(id)))
        .into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Where invitations are searched.
const NAMES: Columns = Columns {
    texts: &["(search_fold(account_invitation.name) || E'\\n' || search_fold(account_invitation.email))"],
    readings: &["search_readings(search_name(account_invitation.name))"],
    code: false,
};

/// What a list of invitations can be narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct InvitationFilter<'a> {
    /// Only those in this state.
    pub state: Option<InvitationState>,
    /// Only those in whose name or address these words stand, or whose name is read so.
    pub q: Option<&'a str>,
    /// Whether those by which enterprises invite their own people are left out.
    pub without_colleagues: bool,
}

/// A page of invitations, newest first, within the ranks of a search for names and addresses.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: InvitationFilter<'_>,
    slice: Slice,
) -> Result<Page<InvitationView>, Problem> {
    let search = Search::new(filter.q, NAMES);
    let load = |slice: Slice| -> QueryResult<Vec<InvitationView>> {
        let mut query = invitation::table.filter(visible_to(actor)).into_boxed::<Pg>();
        if let Some(state) = filter.state {
            query = query.filter(invitation::state.eq(state));
        }
        if filter.without_colleagues {
            query = query.filter(invitation::role.ne(Role::Enterprise));
        }
        if let Some(found) = search.rank(slice.rank) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(invitation::id.lt(InvitationId(after)));
        }
        let query = query.order(invitation::id.desc()).limit(slice.limit + 1);
        query.select(InvitationView::as_select()).load(conn)
    };
    let mut page = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    outcome::tell(conn, page.items.iter_mut().map(|row| &mut row.mail))?;
    Ok(page)
}

/// One invitation, as it is listed.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: InvitationId) -> Result<InvitationView, Problem> {
    let mut row: InvitationView = invitation::table
        .filter(visible_to(actor))
        .filter(invitation::id.eq(id))
        .select(InvitationView::as_select())
        .first(conn)?;
    outcome::tell(conn, std::iter::once(&mut row.mail))?;
    Ok(row)
}

#[diesel::dsl::auto_type]
fn inviter() -> _ {
    account::table
        .filter(account::id.nullable().eq(invitation::invited_by))
        .select(account::name)
        .single_value()
}

/// How many open invitations an account has sent.
///
/// # Errors
/// When the database can't be asked.
pub fn open_of(conn: &mut PgConnection, who: AccountId) -> Result<i64, Problem> {
    let sent = invitation::table.filter(invitation::invited_by.eq(who));
    Ok(sent.filter(invitation::state.eq(InvitationState::Open)).count().get_result(conn)?)
}

/// How many open invitations there are to an enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn open_to(conn: &mut PgConnection, id: EnterpriseId) -> Result<i64, Problem> {
    let sent = invitation::table.filter(invitation::enterprise_id.eq(id));
    Ok(sent.filter(invitation::state.eq(InvitationState::Open)).count().get_result(conn)?)
}

/// Passes the open invitations of one account to another. Returns how many there were.
///
/// # Errors
/// When the database refuses.
pub fn hand_over(tx: &mut Tx, from: AccountId, to: Option<AccountId>) -> Result<usize, Problem> {
    let sent = invitation::table.filter(invitation::invited_by.eq(from));
    let open = sent.filter(invitation::state.eq(InvitationState::Open));
    Ok(diesel::update(open).set(invitation::invited_by.eq(to)).execute(&mut *tx.conn)?)
}

/// Loads and locks an invitation.
///
/// # Errors
/// 404 where there is none.
pub fn lock(tx: &mut Tx, id: InvitationId) -> Result<InvitationRow, Problem> {
    Ok(invitation::table.find(id).for_update().select(InvitationRow::as_select()).first(&mut *tx.conn)?)
}

/// Refuses to mail one more invitation where an enterprise has mailed so many within a day: one that is taken back or corrected makes room for
/// another, but its mails have gone out.
///
/// # Errors
/// 429 `invitation_sent_often`.
pub fn require_calm(tx: &mut Tx, id: EnterpriseId) -> Result<(), Problem> {
    let most = tx.settings.section::<PeopleSettings>().enterprise_invitations_a_day;
    let day = Duration::hours(24);
    let mailed: Option<i64> = invitation::table
        .filter(invitation::enterprise_id.eq(id))
        .filter(invitation::sent_at.gt(tx.now - day))
        .select(sum(invitation::sent_count))
        .first(&mut *tx.conn)?;
    if mailed.unwrap_or_default() < i64::from(most) {
        return Ok(());
    }
    let text = Text::new(
        format!("每家企业 24 小时内最多发送 {most} 封邀请邮件，请稍后再试"),
        format!("an enterprise mails at most {most} invitations within 24 hours; try again later"),
    );
    let mut problem = Problem::new(Code::InvitationSentOften, text);
    problem.retry_after = Some(day.num_seconds().unsigned_abs());
    Err(problem)
}

/// The mails that invite.
const INVITING: [&str; 1] = ["account_invitation"];

/// Mails an invitation, with a link that ends the one before. The row is stored by then, with this count.
///
/// # Errors
/// 429 where the address got too many within a day.
pub fn mail(tx: &mut Tx, row: &InvitationRow) -> Result<(), Problem> {
    let day = Duration::hours(24);
    let most = i64::from(tx.settings.section::<PeopleSettings>().invitations_a_day);
    if outbox::count_to(&mut tx.conn, &row.email, &INVITING, tx.now - day)? >= most {
        let mut problem = Problem::new(
            Code::InvitationSentOften,
            Text::new(
                "24 小时内发往该邮箱的邀请过多，请稍后再试",
                "too many invitations went to this address within a day; try again later",
            ),
        );
        problem.retry_after = Some(day.num_seconds().unsigned_abs());
        return Err(problem);
    }
    let valid_hours = tx.settings.section::<PeopleSettings>().invitation_hours;
    let link = one_time_link::make(
        tx,
        "/invitation",
        NewLink {
            purpose: INVITATION,
            account: None,
            data: serde_json::to_value(LinkData { invitation: row.id, sent: row.sent_count })?,
            valid: Duration::hours(i64::from(valid_hours)),
        },
    )?;
    let inviter = match row.invited_by {
        Some(id) => account::table.find(id).select(account::name).first(&mut *tx.conn)?,
        None => "ZeroDesk".to_owned(),
    };
    let (as_zh, as_en) = described(tx, row)?;
    let to = Recipient {
        address: row.email.clone(),
        name: row.name.clone(),
        language: Language::from_tag(&row.language),
    };
    let mail = Mail::AccountInvitation { inviter, as_zh, as_en, link, valid_hours };
    let mail = outbox::enqueue(tx, &to, &mail)?;
    let sent = diesel::update(invitation::table.find(row.id)).set(invitation::mail_id.eq(mail));
    sent.execute(&mut *tx.conn)?;
    Ok(())
}

/// As what someone is invited, in both languages.
fn described(tx: &mut Tx, row: &InvitationRow) -> Result<(String, String), Problem> {
    let place = row.region.as_deref().and_then(|code| tx.catalogue.regions.get(code));
    let (place, place_en) = place.map_or_else(Default::default, |r| (r.name.clone(), r.name_en.clone()));
    Ok(match (row.role, row.enterprise_id) {
        (Role::Enterprise, Some(id)) => {
            let name: String = enterprise::table.find(id).select(enterprise::name).first(&mut *tx.conn)?;
            (format!("{name}人员"), format!("one of the people of {name}"))
        }
        (Role::Sampler | Role::Laboratory, _) => {
            let name: Option<String> = match row.laboratory_id {
                Some(id) => Some(laboratory::table.find(id.0).select(laboratory::name).first(&mut *tx.conn)?),
                None => None,
            };
            let (name, sampler) = (name.unwrap_or_default(), row.role == Role::Sampler);
            let (zh, en) = if sampler { ("抽样人员", "a sampler") } else { ("检验人员", "a tester") };
            (format!("{name}{zh}"), format!("{en} of {name}"))
        }
        (Role::Admin, _) => (format!("{place}监管人员"), format!("an officer of {place_en}")),
        (Role::Expert, _) => ("专家".to_owned(), "an expert".to_owned()),
        _ => ("平台运营人员".to_owned(), "an operator of the platform".to_owned()),
    })
}

/// Leaves a row of the audit about an invitation.
///
/// # Errors
/// When the database can't be asked.
pub fn audit(tx: &mut Tx, action: &str, row: &InvitationRow) -> Result<(), Problem> {
    let region = row.region_of(tx)?;
    let subject = Subject { region: region.as_deref(), ..Subject::new("account_invitation", row.id.0) };
    let data = json!({
        "role": row.role, "region": row.region, "enterprise": row.enterprise_id, "laboratory": row.laboratory_id,
    });
    tx.audit(action, subject, data)
}
