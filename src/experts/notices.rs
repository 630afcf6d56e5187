//! To whom mails about an expert go.

use crate::accounts::store::{of_expert, recipient};
use crate::core::Problem;
use crate::core::ids::ExpertId;
use crate::db::Tx;
use crate::experts::mails::Mail;
use crate::notifications::outbox;

/// Puts a mail to an expert into the outbox; nothing where the expert has no mail address.
///
/// # Errors
/// When the database refuses.
pub fn mail_expert(tx: &mut Tx, id: ExpertId, mail: &Mail) -> Result<(), Problem> {
    if let Some(to) = of_expert(&mut tx.conn, id)?.as_ref().and_then(recipient) {
        outbox::enqueue(tx, &to, mail)?;
    }
    Ok(())
}
