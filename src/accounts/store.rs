//! Accounts and sessions in the database.

use crate::accounts::token;
use crate::accounts::topics::Topic;
use crate::app::App;
use crate::core::actor::{Person, Proof, Role, Scope};
use crate::core::ids::{AccountId, EnterpriseId, ExpertId, LaboratoryId, SessionId};
use crate::core::{Code, Language, Problem, Text};
use crate::db::Tx;
use crate::db::schema::{account, login_session};
use crate::notifications::Recipient;
use crate::settings::TokenKeys;
use chrono::{DateTime, Duration, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{Text as SqlText, Uuid as SqlUuid};
use std::collections::HashMap;

/// A row of `account`, without what only the log-in needs.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = account, check_for_backend(diesel::pg::Pg))]
pub struct AccountRow {
    /// Id of the account.
    pub id: AccountId,
    /// The name to log in with.
    pub username: String,
    /// The role, which decides what the account may do.
    pub role: Role,
    /// The name shown to others.
    pub name: String,
    /// The confirmed mail address.
    pub email: Option<String>,
    /// The tag of the language.
    pub language: String,
    /// An admin's region.
    pub region: Option<String>,
    /// An enterprise's account: of which.
    pub enterprise_id: Option<EnterpriseId>,
    /// The expert, for an expert's account.
    pub expert_id: Option<ExpertId>,
    /// The body of a sampler or of somebody of a laboratory.
    pub laboratory_id: Option<LaboratoryId>,
    /// Whether it may log in.
    pub active: bool,
    /// The telephone number.
    pub phone: Option<String>,
    /// The kinds of mails that the person does without.
    pub mails_off: Vec<Topic>,
}

diesel::define_sql_function! {
    /// The port that `enterprises` answers.
    fn enterprise_own_words(enterprise: SqlUuid) -> Array<SqlText>;
}

/// What a password of an enterprise's people must not be made of: its name and its unified social credit code.
///
/// # Errors
/// When the database can't be asked.
pub fn enterprise_words(conn: &mut PgConnection, id: EnterpriseId) -> QueryResult<Vec<String>> {
    diesel::select(enterprise_own_words(id.0)).get_result(conn)
}

impl AccountRow {
    /// What a password of this account must not be made of.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn about(&self, conn: &mut PgConnection) -> QueryResult<Vec<String>> {
        let mut about = vec![self.username.clone(), self.name.clone()];
        about.extend([&self.email, &self.phone].into_iter().flatten().cloned());
        if let Some(enterprise) = self.enterprise_id {
            about.extend(enterprise_words(conn, enterprise)?);
        }
        Ok(about)
    }

    /// The person of this account in a session.
    ///
    /// # Errors
    /// When the row breaks the rule that a role has its scope, which the table's CHECKs prevent.
    pub fn person(self, session: SessionId, proof: Proof) -> Result<Person, Problem> {
        let scope = match (self.role, self.region, self.enterprise_id, self.expert_id, self.laboratory_id) {
            (Role::Admin, Some(region), ..) => Scope::Admin(region),
            (Role::Enterprise, _, Some(id), ..) => Scope::Enterprise(id),
            (Role::Expert, _, _, Some(id), _) => Scope::Expert(id),
            (Role::Operator, ..) => Scope::Operator,
            (Role::Sampler, .., Some(body)) => Scope::Sampler(body),
            (Role::Laboratory, .., Some(body)) => Scope::Laboratory(body),
            _ => return Err(Problem::internal("an account without the scope of its role")),
        };
        let language = Language::from_tag(&self.language);
        Ok(Person { account: self.id, session, name: self.name, language, scope, proof })
    }
}

/// Where to write to an account, if it has a mail address.
pub fn recipient(row: &AccountRow) -> Option<Recipient> {
    Some(Recipient {
        address: row.email.clone()?,
        name: row.name.clone(),
        language: Language::from_tag(&row.language),
    })
}

/// The same for mails of a kind that people may do without: nobody where this person does.
pub fn recipient_for(row: &AccountRow, topic: Topic) -> Option<Recipient> {
    if row.mails_off.contains(&topic) { None } else { recipient(row) }
}

/// The person behind an access token at this moment.
///
/// # Errors
/// 401 where the token is not good or its session has ended; 503 without the database.
pub fn authenticate_now(app: &App, token: &str) -> Result<Person, Problem> {
    let (keys, now) = (app.settings().section::<TokenKeys>(), app.clock().now());
    // A forged token is refused before it costs a connection.
    token::verify(keys, token, now)?;
    authenticate(&mut *app.conn()?, keys, now, token)
}

/// The person behind an access token, if the token is valid, the session open and the account active.
///
/// # Errors
/// 401 otherwise.
pub fn authenticate(
    conn: &mut PgConnection,
    keys: &TokenKeys,
    now: DateTime<Utc>,
    token: &str,
) -> Result<Person, Problem> {
    let claims = token::verify(keys, token, now)?;
    let (row, last_used_at, proved_at, sets_up_only) = account::table
        .inner_join(login_session::table)
        .filter(login_session::id.eq(claims.sid))
        .filter(login_session::ended_at.is_null())
        .filter(login_session::ends_at.is_null().or(login_session::ends_at.gt(now)))
        .filter(account::id.eq(claims.sub))
        .filter(account::active)
        .select((
            AccountRow::as_select(),
            login_session::last_used_at,
            login_session::proved_at,
            login_session::sets_up_only,
        ))
        .first(conn)
        .optional()?
        .ok_or_else(Problem::unauthenticated)?;
    note_use(conn, claims.sid, last_used_at, now)?;
    row.person(claims.sid, Proof { proved_at, sets_up_only, key: None })
}

/// The hash of an account's password.
///
/// # Errors
/// 404 when there is no such account.
pub fn password_hash(conn: &mut PgConnection, id: AccountId) -> Result<String, Problem> {
    Ok(account::table.find(id).select(account::password_hash).first(conn)?)
}

/// Replaces the hash of an account's password, without the rules for what people choose: for accounts that everybody may look at.
///
/// # Errors
/// When the database refuses.
pub fn replace_password_hash(conn: &mut PgConnection, id: AccountId, hash: &str) -> Result<(), Problem> {
    diesel::update(account::table.find(id)).set(account::password_hash.eq(hash)).execute(conn)?;
    Ok(())
}

/// How often the last use of a session is written at most.
const USES_APART: Duration = Duration::minutes(1);

/// Notes that a session is used, once a minute at most. Written without a command: it changes nothing that anyone decides by.
fn note_use(
    conn: &mut PgConnection,
    session: SessionId,
    last_used_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    if last_used_at.is_some_and(|last| now - last < USES_APART) {
        return Ok(());
    }
    // Of many requests at once the first writes.
    diesel::update(
        login_session::table.find(session).filter(
            login_session::last_used_at.is_null().or(login_session::last_used_at.le(now - USES_APART)),
        ),
    )
    .set(login_session::last_used_at.eq(now))
    .execute(conn)?;
    Ok(())
}

/// The account of this id.
///
/// # Errors
/// 404 when there is none.
pub fn find(conn: &mut PgConnection, id: AccountId) -> Result<AccountRow, Problem> {
    Ok(account::table.find(id).select(AccountRow::as_select()).first(conn)?)
}

/// An account to be made.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// The name to log in with, lower-cased.
    pub username: &'a str,
    /// Its password, hashed.
    pub password_hash: &'a str,
    /// The role with its scope.
    pub scope: Scope,
    /// The name shown to others.
    pub name: &'a str,
    /// The mail address.
    pub email: Option<&'a str>,
    /// The language of its mails.
    pub language: Language,
    /// Whether it may log in at once.
    pub active: bool,
}

/// Makes an account.
///
/// # Errors
/// 409 `username_taken`, or `already_claimed` where the enterprise has an account.
pub fn create_account(tx: &mut Tx, new: NewAccount<'_>) -> Result<AccountId, Problem> {
    insert_account(tx, new, None)
}

/// Makes an account, of someone who was invited or not.
pub(super) fn insert_account(
    tx: &mut Tx,
    new: NewAccount<'_>,
    invited_by: Option<AccountId>,
) -> Result<AccountId, Problem> {
    if is_anothers_address(&mut tx.conn, new.username, new.email)? {
        return Err(username_taken());
    }
    let id = AccountId::new();
    let (mut region, mut enterprise, mut expert, mut laboratory) = (None, None, None, None);
    match &new.scope {
        Scope::Admin(code) => region = Some(code.as_str()),
        Scope::Enterprise(id) => enterprise = Some(*id),
        Scope::Expert(id) => expert = Some(*id),
        Scope::Sampler(id) | Scope::Laboratory(id) => laboratory = Some(*id),
        Scope::Operator => {}
    }
    let inserted = diesel::insert_into(account::table)
        .values((
            account::id.eq(id),
            account::username.eq(new.username),
            account::password_hash.eq(new.password_hash),
            account::role.eq(new.scope.role()),
            account::name.eq(new.name),
            account::email.eq(new.email),
            account::language.eq(new.language.tag()),
            account::region.eq(region),
            account::enterprise_id.eq(enterprise),
            account::expert_id.eq(expert),
            account::laboratory_id.eq(laboratory),
            account::active.eq(new.active),
            account::created_at.eq(tx.now),
            account::invited_by.eq(invited_by),
        ))
        .execute(&mut *tx.conn);
    match inserted {
        Ok(_) => Ok(id),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info)) => {
            Err(match info.constraint_name() {
                Some("account_by_enterprise") => already_claimed(),
                _ => username_taken(),
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a name is the mail address of an account, and not the own one. Who has such a name could be taken for that other person.
fn is_anothers_address(conn: &mut PgConnection, username: &str, own: Option<&str>) -> Result<bool, Problem> {
    if !username.contains('@') || own.is_some_and(|own| own.to_lowercase() == username) {
        return Ok(false);
    }
    let same = account::table.filter(sql::<SqlText>("lower(email)").eq(username));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn)?)
}

/// Notes the telephone number of an account that was just made.
///
/// # Errors
/// When the database refuses.
pub fn set_phone(tx: &mut Tx, id: AccountId, phone: Option<&str>) -> Result<(), Problem> {
    diesel::update(account::table.find(id)).set(account::phone.eq(phone)).execute(&mut *tx.conn)?;
    Ok(())
}

/// 409: someone else has the name.
pub fn username_taken() -> Problem {
    Problem::new(Code::UsernameTaken, Text::new("该用户名已被使用", "this username is taken"))
}

/// 409: the enterprise has an account already.
pub fn already_claimed() -> Problem {
    Problem::new(
        Code::AlreadyClaimed,
        Text::new("该企业账号已被认领", "the account of this enterprise has been claimed already"),
    )
}

/// The account of an expert, where it has one.
///
/// # Errors
/// When the database can't be asked.
pub fn of_expert(conn: &mut PgConnection, expert: ExpertId) -> Result<Option<AccountRow>, Problem> {
    Ok(account::table
        .filter(account::expert_id.eq(expert))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?)
}

/// Lets an expert log in, once the expert is approved.
///
/// # Errors
/// When the database refuses.
pub fn activate_expert(tx: &mut Tx, expert: ExpertId) -> Result<(), Problem> {
    diesel::update(account::table.filter(account::expert_id.eq(expert)))
        .set(account::active.eq(true))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// The active officers of exactly this region who have a mail address.
///
/// # Errors
/// When the database can't be asked.
pub fn officers_of(conn: &mut PgConnection, region: &str) -> Result<Vec<AccountRow>, Problem> {
    Ok(account::table
        .filter(account::role.eq(Role::Admin))
        .filter(account::active)
        .filter(account::region.eq(region))
        .filter(account::email.is_not_null())
        .order(account::id)
        .select(AccountRow::as_select())
        .load(conn)?)
}

/// Name, telephone number and mail address of somebody.
pub type Reachable = (String, Option<String>, Option<String>);

/// How the people of an enterprise are reached, the first of them first, at most so many. Whoever calls has decided that the reader may know.
///
/// # Errors
/// When the database can't be asked.
pub fn people_of_enterprise(
    conn: &mut PgConnection,
    id: EnterpriseId,
    most: i64,
) -> Result<Vec<Reachable>, Problem> {
    Ok(account::table
        .filter(account::enterprise_id.eq(id))
        .filter(account::active)
        .order((account::created_at, account::id))
        .limit(most)
        .select((account::name, account::phone, account::email))
        .load(conn)?)
}

/// The first of the people of an enterprise; none where it has not been claimed, or nobody is left.
///
/// # Errors
/// When the database can't be asked.
pub fn of_enterprise(conn: &mut PgConnection, id: EnterpriseId) -> Result<Option<AccountRow>, Problem> {
    Ok(account::table
        .filter(account::enterprise_id.eq(id))
        .filter(account::active)
        .order((account::created_at, account::id))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?)
}

/// The names of accounts.
///
/// # Errors
/// When the database can't be asked.
pub fn names(conn: &mut PgConnection, ids: &[AccountId]) -> QueryResult<HashMap<AccountId, String>> {
    let rows = account::table.filter(account::id.eq_any(ids)).select((account::id, account::name));
    Ok(rows.load::<(AccountId, String)>(conn)?.into_iter().collect())
}

/// The account of a name to log in with, in any case.
///
/// # Errors
/// When the database can't be asked.
pub fn by_username(conn: &mut PgConnection, username: &str) -> Result<Option<AccountRow>, Problem> {
    Ok(account::table
        .filter(account::username.eq(username.trim().to_lowercase()))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?)
}
