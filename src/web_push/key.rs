//! The key pair of this installation: made once, kept encrypted under a key of the settings.

use crate::accounts::factors::sealed::{open, seal};
use crate::accounts::factors::settings::FactorSettings;
use crate::app::App;
use crate::core::{Caller, Problem};
use crate::db::schema::push_key;
use crate::db::{Command, Tx};
use crate::settings::Settings;
use crate::web_push::vapid::{VapidKey, generate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What the key that encrypts it is derived for.
const PURPOSE: &str = "key of web push";
/// The only row.
const ROW: i32 = 1;

/// Makes the key pair where there is none. Done by the platform. All browsers are subscribed under it, so it stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakePushKey {}

impl Command for MakePushKey {
    type Output = ();
    const NAME: &'static str = "make_push_key";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let key = FactorSettings::keys(&tx.settings).first();
        let key = key.ok_or_else(|| Problem::internal("auth.factor_keys and auth.keys are empty"))?;
        let pair = generate()?;
        let public = VapidKey::read(&pair)?.public().to_vec();
        diesel::insert_into(push_key::table)
            .values((
                push_key::id.eq(ROW),
                push_key::secret.eq(seal(key, PURPOSE, &public, &pair)?),
                push_key::public_key.eq(&public),
                push_key::secret_kid.eq(&key.kid),
                push_key::created_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// The public key; it is made where there is none.
///
/// # Errors
/// When the database is unavailable.
pub fn public(app: &App) -> Result<Vec<u8>, Problem> {
    let read = || -> Result<Option<Vec<u8>>, Problem> {
        let conn = &mut *app.snapshot()?;
        Ok(push_key::table.find(ROW).select(push_key::public_key).first(conn).optional()?)
    };
    if let Some(public) = read()? {
        return Ok(public);
    }
    app.execute(&Caller::system(), &MakePushKey {})?;
    read()?.ok_or_else(|| Problem::internal("no key of web push was made"))
}

/// The key pair; none where it was not made yet.
///
/// # Errors
/// When the key that encrypted it is not in the settings any more.
pub fn pair(conn: &mut PgConnection, settings: &Settings) -> Result<Option<VapidKey>, Problem> {
    let row: Option<(Vec<u8>, Vec<u8>, String)> = push_key::table
        .find(ROW)
        .select((push_key::public_key, push_key::secret, push_key::secret_kid))
        .first(conn)
        .optional()?;
    let Some((public, secret, kid)) = row else { return Ok(None) };
    let key = FactorSettings::keys(settings).iter().find(|key| key.kid == kid);
    let plain = key.and_then(|key| open(key, PURPOSE, &public, &secret));
    let plain = plain.ok_or_else(|| {
        Problem::internal(format!(
            "the key \"{kid}\" that encrypted the key of web push is not in the settings"
        ))
    })?;
    VapidKey::read(&plain).map(Some)
}
