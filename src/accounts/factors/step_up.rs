//! Proving again who one is. What can't be undone, or takes people's data out, asks that the session proved lately who is in it: by its
//! log-in, or by a code or a password given since.

use crate::accounts::factors::code::{Judged, judge, note_wrong};
use crate::accounts::factors::settings::FactorSettings;
use crate::accounts::factors::tries::Source;
use crate::accounts::factors::{store, tries};
use crate::accounts::store::find;
use crate::app::App;
use crate::core::actor::{Actor, Person};
use crate::core::ids::SessionId;
use crate::core::secret::Sensitive;
use crate::core::{Code, Problem, Text};
use crate::db::schema::login_session;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::settings::Settings;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Until when a session counts as proved; none where it does not now.
pub fn proved_until(person: &Person, settings: &Settings, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let minutes = settings.section::<FactorSettings>().step_up_minutes;
    let until = person.proof.proved_at? + Duration::minutes(i64::from(minutes));
    (until > now).then_some(until)
}

/// Refuses a command of a person whose session has not proved lately who is in it. The platform itself need not.
///
/// # Errors
/// 403 `step_up_required`; 401 where nobody is logged in.
pub fn require(tx: &Tx) -> Result<(), Problem> {
    match &tx.actor {
        Actor::System => Ok(()),
        Actor::Anonymous => Err(Problem::unauthenticated()),
        Actor::Person(person) => require_of(person, &tx.settings, tx.now),
    }
}

/// The same for a request.
///
/// # Errors
/// 403 `step_up_required`.
pub fn require_now(app: &App, person: &Person) -> Result<(), Problem> {
    require_of(person, app.settings(), app.clock().now())
}

fn require_of(person: &Person, settings: &Settings, now: DateTime<Utc>) -> Result<(), Problem> {
    if proved_until(person, settings, now).is_some() {
        return Ok(());
    }
    Err(Problem::new(
        Code::StepUpRequired,
        Text::new("此操作须再次验证身份", "for this, prove again who you are"),
    ))
}

/// By what a session proves who is in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Given {
    /// A code of the authenticator app, or a recovery code.
    Code(Sensitive),
    /// The password: whether it is the right one.
    Password(bool),
}

/// Proves again who is in the session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StepUp {
    /// The code, or what the comparison of the password came to.
    pub given: Given,
}

/// The judgement on what was given, and how long the proof holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SteppedUp {
    /// Whether it was right.
    pub judged: Judged,
    /// Until when the session counts as proved.
    pub proved_until: DateTime<Utc>,
}

impl Command for StepUp {
    type Output = SteppedUp;
    const NAME: &'static str = "step_up";

    fn run(&self, tx: &mut Tx) -> Result<SteppedUp, Problem> {
        let person = tx.actor.person().cloned().ok_or_else(Problem::unauthenticated)?;
        let account = find(&mut tx.conn, person.account)?;
        let on = store::is_on(&mut tx.conn, account.id)?;
        let source = Source::session(person.session);
        let judged = match &self.given {
            Given::Code(code) => {
                if !on {
                    return Err(no_factor());
                }
                judge(tx, &account, &code.0, &source)?
            }
            Given::Password(right) => {
                // Whose role must have a second factor proves nothing by a password, but to set one up.
                let demanded =
                    FactorSettings::demands(&tx.settings, account.role) && !person.proof.sets_up_only;
                if on || demanded {
                    return Err(Problem::field(
                        "/code",
                        Text::new("请输入验证器应用显示的验证码", "give the code of the authenticator app"),
                    ));
                }
                match (tries::waiting(&mut tx.conn, account.id, &source, tx.now)?, right) {
                    (Some(seconds), _) => Judged::Wait(seconds),
                    (None, true) => {
                        tries::forget(tx, account.id, &source)?;
                        Judged::Right
                    }
                    (None, false) => note_wrong(tx, &account, &source)?,
                }
            }
        };
        if judged == Judged::Right {
            proved(tx, person.session, matches!(self.given, Given::Code(_)))?;
            tx.audit(
                Self::NAME,
                Subject::new("account", account.id.0),
                json!({ "session": person.session }),
            )?;
        }
        let minutes = tx.settings.section::<FactorSettings>().step_up_minutes;
        Ok(SteppedUp { judged, proved_until: tx.now + Duration::minutes(i64::from(minutes)) })
    }
}

/// Notes that a session has proved now who is in it.
///
/// # Errors
/// When the database refuses.
pub fn proved(tx: &mut Tx, session: SessionId, by_factor: bool) -> Result<(), Problem> {
    let here = login_session::table.find(session);
    diesel::update(here).set(login_session::proved_at.eq(tx.now)).execute(&mut *tx.conn)?;
    if by_factor {
        diesel::update(here)
            .set((login_session::by_factor.eq(true), login_session::sets_up_only.eq(false)))
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// 409: the account has no second factor.
pub fn no_factor() -> Problem {
    Problem::new(Code::NoSecondFactor, Text::new("该账号未启用双重验证", "the account has no second factor"))
}
