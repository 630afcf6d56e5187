//! Someone who knows the password chooses another one.

use crate::accounts::NewPassword;
use crate::accounts::credentials::Verified;
use crate::accounts::own::proof::wrong_current;
use crate::accounts::own::set_password::{lock, set_password};
use crate::accounts::password_policy;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use serde::Serialize;
use serde_json::json;

/// Changes the own password. The other sessions end; this one stays.
#[derive(Debug, Clone, Serialize)]
pub struct ChangePassword {
    /// Whose password was given, and what it was compared with.
    pub verified: Verified,
    /// The password that takes its place.
    pub new: NewPassword,
}

impl Command for ChangePassword {
    type Output = ();
    const NAME: &'static str = "change_password";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let person = tx.actor.person().cloned().ok_or_else(Problem::unauthenticated)?;
        let row = lock(tx, person.account)?;
        // It may have been changed since it was compared.
        if !self.verified.still_holds(&mut tx.conn, row.id)? {
            return Err(wrong_current());
        }
        let (about, mut fields) = (row.about(&mut tx.conn)?, Fields::new());
        password_policy::check(&mut fields, "/new", self.new.typed(), &about);
        fields.done()?;
        let ended = set_password(tx, &row, self.new.ready()?, Some(person.session))?;
        tx.audit(Self::NAME, Subject::new("account", row.id.0), json!({ "sessions_ended": ended }))
    }
}
