//! Officers make keys and revoke them.

use crate::api_keys::authenticate::PREFIX;
use crate::api_keys::ids::ApiKeyId;
use crate::api_keys::policy::{permit, sees};
use crate::api_keys::settings::ApiKeySettings;
use crate::core::fields::Fields;
use crate::core::key_scope::KeyScope;
use crate::core::secret::{random_token, sha256};
use crate::core::{Problem, Text};
use crate::db::count_lock::{self, Counted};
use crate::db::regional;
use crate::db::schema::api_key;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a name.
const MAX_NAME: usize = 60;
/// Characters of a key that people see afterwards, behind the prefix.
const HINT: usize = 6;

/// Makes a key.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateKey {
    /// The name of the system that gets it, at most 60 characters. Keys of one name and region belong to one system.
    pub name: String,
    /// What it may be used for; at least one.
    pub scopes: Vec<KeyScope>,
    /// Code of the region in which it acts, with all under it: the caller's own or one below it. The own one where none is named.
    #[serde(default)]
    pub region: Option<String>,
    /// Days for which it is good, as many as the settings allow.
    #[serde(default)]
    pub days: Option<u32>,
}

/// A key that is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyMade {
    /// The key.
    pub id: ApiKeyId,
    /// What the other system presents.
    pub secret: String,
}

impl Command for CreateKey {
    type Output = KeyMade;
    const NAME: &'static str = "create_api_key";

    fn run(&self, tx: &mut Tx) -> Result<KeyMade, Problem> {
        let settings = tx.settings.section::<ApiKeySettings>().clone();
        let mut fields = Fields::new();
        let (account, region) = regional::set_up(tx, &mut fields, self.region.as_deref())?;
        let name = fields.text("/name", &self.name, MAX_NAME);
        let scopes: Vec<KeyScope> =
            KeyScope::ALL.iter().copied().filter(|scope| self.scopes.contains(scope)).collect();
        fields.require(!scopes.is_empty(), "/scopes", "请至少选择一项权限", "choose at least one scope");
        let days = self.days.unwrap_or(settings.default_days);
        if !(1..=settings.longest_days).contains(&days) {
            let most = settings.longest_days;
            fields.fault("/days", format!("须为 1 到 {most}"), format!("must be 1 to {most}"));
        }
        fields.done()?;
        let most = settings.per_officer;
        let valid = api_key::table
            .filter(api_key::account_id.eq(account))
            .filter(api_key::revoked_at.is_null())
            .filter(api_key::expires_at.gt(tx.now))
            .count();
        let full = || {
            let zh = format!("每人最多有 {most} 个有效的接口密钥，请先撤销不再使用的");
            let en = format!("one officer may have {most} valid keys; revoke some first");
            Problem::field("/name", Text::new(zh, en))
        };
        let counted = (Counted::ApiKeys, account.0);
        count_lock::check_limit(&mut tx.conn, counted, most, |conn| valid.get_result(conn), full)?;
        let (id, random) = (ApiKeyId::new(), random_token()?);
        let secret = format!("{PREFIX}{random}");
        let hint: String = secret.chars().take(PREFIX.len() + HINT).collect();
        let expires_at = tx.now + Duration::days(days.into());
        diesel::insert_into(api_key::table)
            .values((
                api_key::id.eq(id),
                api_key::account_id.eq(account),
                api_key::name.eq(&name),
                api_key::hint.eq(hint),
                api_key::hash.eq(sha256(secret.as_bytes())),
                api_key::scopes.eq(&scopes),
                api_key::region.eq(&region),
                api_key::created_at.eq(tx.now),
                api_key::expires_at.eq(expires_at),
            ))
            .execute(&mut *tx.conn)?;
        let data = json!({ "name": name, "scopes": scopes, "until": expires_at });
        tx.audit(Self::NAME, Subject::new("api_key", id.0).in_region(&region), data)?;
        Ok(KeyMade { id, secret })
    }
}

/// Revokes a key: no call is taken with it any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeKey {
    /// The key.
    pub id: ApiKeyId,
}

impl Command for RevokeKey {
    type Output = ();
    const NAME: &'static str = "revoke_api_key";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        permit(&tx.actor)?;
        let account = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let (name, region, revoked): (String, String, Option<DateTime<Utc>>) = api_key::table
            .find(self.id)
            .select((api_key::name, api_key::region, api_key::revoked_at))
            .for_update()
            .first(&mut *tx.conn)?;
        if !sees(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        if revoked.is_some() {
            return Ok(());
        }
        diesel::update(api_key::table.find(self.id))
            .set((api_key::revoked_at.eq(tx.now), api_key::revoked_by.eq(account)))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, Subject::new("api_key", self.id.0).in_region(&region), json!({ "name": name }))
    }
}
