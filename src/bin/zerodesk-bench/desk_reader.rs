//! People of a filled database who are logged in.

use diesel::prelude::*;
use diesel::sql_types;
use uuid::Uuid;
use zerodesk::accounts::token;
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::core::Problem;
use zerodesk::core::actor::Role;
use zerodesk::core::ids::{AccountId, SessionId};

/// Somebody who is logged in.
pub(crate) struct Reader {
    pub(crate) name: &'static str,
    pub(crate) token: String,
}

#[derive(QueryableByName)]
struct Account {
    #[diesel(sql_type = sql_types::Uuid)]
    id: Uuid,
}

/// Logs somebody in who is in the database.
pub(crate) fn log_in(app: &App, name: &'static str, username: &str, role: Role) -> Result<Reader, CliError> {
    let session = Uuid::new_v4();
    let account: Account = diesel::sql_query(
        "INSERT INTO login_session (id, account_id, created_at) SELECT $1, id, now() FROM account WHERE username = $2
         RETURNING account_id AS id",
    )
    .bind::<sql_types::Uuid, _>(session)
    .bind::<sql_types::Text, _>(username)
    .get_result(&mut *app.conn()?)
    .map_err(Problem::from)?;
    let token =
        token::issue(app.settings(), AccountId(account.id), SessionId(session), role, app.clock().now())?;
    Ok(Reader { name, token })
}
