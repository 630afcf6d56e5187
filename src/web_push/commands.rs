//! People have notices sent to their browsers, and stop it.

use crate::accounts::device::Device;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::count_lock::{self, Counted};
use crate::db::schema::{push_message, push_subscription};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::outgoing::address::{check, literal};
use crate::settings::YesNo;
use crate::web_push::encryption::{AUTH, is_point};
use crate::web_push::ids::{PushMessageId, PushSubscriptionId};
use crate::web_push::queue::WAKE;
use crate::web_push::settings::WebPushSettings;
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use diesel::prelude::*;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of an endpoint.
const MAX_ENDPOINT: usize = 2_000;
/// Base64url, with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The keys of a browser, base64url.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Its public key: a point of P-256, uncompressed, 65 bytes.
    pub p256dh: String,
    /// Its secret, 16 bytes.
    pub auth: String,
}

/// Has notices sent to the browser that asks. A browser that is known already is subscribed anew, whoever used it before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscribeBrowser {
    /// The address at the push service.
    pub endpoint: String,
    /// The browser's keys.
    pub keys: Keys,
    /// The program that asks.
    pub device: Device,
}

/// 409: nothing is sent here.
fn off() -> Problem {
    Problem::new(
        Code::PushOff,
        Text::new("本平台未开启浏览器提醒", "this installation sends no notices to browsers"),
    )
}

fn require_on(settings: &WebPushSettings) -> Result<(), Problem> {
    if settings.enabled == YesNo::Yes { Ok(()) } else { Err(off()) }
}

impl Command for SubscribeBrowser {
    type Output = PushSubscriptionId;
    const NAME: &'static str = "subscribe_browser";

    fn run(&self, tx: &mut Tx) -> Result<PushSubscriptionId, Problem> {
        use push_subscription as s;
        let person = tx.actor.person().cloned().ok_or_else(Problem::unauthenticated)?;
        let settings = tx.settings.section::<WebPushSettings>().clone();
        require_on(&settings)?;
        let mut fields = Fields::new();
        let endpoint = endpoint(&settings, &mut fields, &self.endpoint);
        let public_key = BASE64.decode(&self.keys.p256dh).ok().filter(|bytes| is_point(bytes));
        let auth = BASE64.decode(&self.keys.auth).ok().filter(|bytes| bytes.len() == AUTH);
        fields.require(
            public_key.is_some(),
            "/keys/p256dh",
            "不是有效的浏览器公钥",
            "is not the public key of a browser",
        );
        fields.require(
            auth.is_some(),
            "/keys/auth",
            "不是有效的浏览器密钥",
            "is not the secret of a browser",
        );
        fields.done()?;
        let most = settings.per_account;
        let full = || {
            let zh = format!("每个账号最多在 {most} 个浏览器接收提醒，请先关闭不再使用的");
            let en = format!("one account may have {most} browsers; remove one first");
            Problem::field("/endpoint", Text::new(zh, en))
        };
        let others = s::table
            .filter(s::account_id.eq(person.account))
            .filter(s::endpoint.ne(endpoint.clone()))
            .count();
        let counted = (Counted::PushSubscriptions, person.account.0);
        count_lock::check_limit(&mut tx.conn, counted, most, |conn| others.get_result(conn), full)?;
        // Whoever used the browser before is not told by it any more.
        diesel::delete(s::table.filter(s::endpoint.eq(&endpoint))).execute(&mut *tx.conn)?;
        let id = PushSubscriptionId::new();
        diesel::insert_into(s::table)
            .values((
                s::id.eq(id),
                s::account_id.eq(person.account),
                s::session_id.eq(person.session),
                s::endpoint.eq(&endpoint),
                s::public_key.eq(public_key.unwrap_or_default()),
                s::auth.eq(auth.unwrap_or_default()),
                s::user_agent.eq(&self.device.user_agent),
                s::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let host = Url::parse(&endpoint).ok().and_then(|url| url.host_str().map(str::to_owned));
        tx.audit(Self::NAME, Subject::new("account", person.account.0), json!({ "host": host }))?;
        Ok(id)
    }
}

/// An endpoint as it is stored.
fn endpoint(settings: &WebPushSettings, fields: &mut Fields, text: &str) -> String {
    let typed = text.trim();
    let url = Url::parse(typed).ok().filter(|url| url.has_host() && typed.chars().count() <= MAX_ENDPOINT);
    let Some(url) = url else {
        fields.fault("/endpoint", "不是有效的网址", "is not a valid address of the web");
        return String::new();
    };
    let plain = settings.plain_http == YesNo::Yes && url.scheme() == "http";
    fields.require(
        plain || url.scheme() == "https",
        "/endpoint",
        "须以 https:// 开头",
        "must begin with https://",
    );
    fields.require(
        url.host_str().is_some_and(|host| settings.hosts.contain(host)),
        "/endpoint",
        "不是本平台允许的推送服务",
        "is not at a push service that this installation may call",
    );
    // What a name leads to is looked up before each call.
    let address = url.host_str().and_then(literal);
    fields.require(
        address.is_none_or(|address| check(address, &settings.allowed_networks).is_ok()),
        "/endpoint",
        "不能使用内网或其他非公网地址",
        "must not be a private or otherwise special address",
    );
    url.into()
}

/// Stops notices to a browser of one's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UnsubscribeBrowser {
    /// The browser.
    pub id: PushSubscriptionId,
}

impl Command for UnsubscribeBrowser {
    type Output = ();
    const NAME: &'static str = "unsubscribe_browser";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let own = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let this = push_subscription::table
            .filter(push_subscription::id.eq(self.id))
            .filter(push_subscription::account_id.eq(own));
        if diesel::delete(this).execute(&mut *tx.conn)? == 0 {
            return Err(Problem::not_found());
        }
        tx.audit(Self::NAME, Subject::new("account", own.0), json!({}))
    }
}

/// Sends a trial to a browser of one's own; one that waits is not doubled.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TryPush {
    /// The browser.
    pub id: PushSubscriptionId,
}

impl Command for TryPush {
    type Output = ();
    const NAME: &'static str = "try_push";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use push_message as m;
        let own = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        require_on(tx.settings.section::<WebPushSettings>())?;
        let _own: PushSubscriptionId = push_subscription::table
            .filter(push_subscription::id.eq(self.id))
            .filter(push_subscription::account_id.eq(own))
            .select(push_subscription::id)
            .for_key_share()
            .first(&mut *tx.conn)?;
        diesel::insert_into(m::table)
            .values((
                m::id.eq(PushMessageId::new()),
                m::subscription_id.eq(self.id),
                m::account_id.eq(own),
                m::since.eq(tx.now),
                m::next_attempt_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        tx.wake(WAKE);
        Ok(())
    }
}
